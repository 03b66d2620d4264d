import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { type DecodedFile, decodeFile, isActionPath, type LintRepository } from '@gantry/lint'
import { CalledWrongly } from '../command/called-wrongly.ts'

export interface FoundFile extends DecodedFile {
  /** From the top of the repository, with forward slashes: what findings are named by. */
  path: string
  absolute: string
  repository: LintRepository
}

/**
 * The files named, or `.github/workflows/*.yml` and every `action.yml` below `.github` and at the top. A folder stands
 * for those below it.
 * @throws CalledWrongly when a file is missing, or none is found
 */
export async function findFiles(
  cwd: string,
  named: readonly string[],
  known: Pick<LintRepository, 'pins' | 'settings'>,
): Promise<FoundFile[]> {
  const top = topOf(cwd)
  const given = named.length > 0 ? named.map(name => resolve(cwd, name)) : [top]
  const paths = [...new Set((await Promise.all(given.map(filesAt))).flat())].toSorted()
  if (paths.length === 0)
    throw new CalledWrongly(
      `expected workflows or actions in ${given.join(', ')}, found none`,
      'Name the files to check.',
    )
  const repositories = new Map<string, LintRepository>()
  const repositoryOf = (root: string): LintRepository => {
    const repository = repositories.get(root) ?? repositoryAt(root, known)
    repositories.set(root, repository)
    return repository
  }
  return Promise.all(
    paths.map(async absolute => {
      const path = relative(top, absolute).split(sep).join('/')
      const repository = repositoryOf(rootOf(absolute, top))
      return { path, absolute, repository, ...decodeFile(path, await readFile(absolute)) }
    }),
  )
}

/** The nearest folder up that holds `.git` or `.github`; without one the folder itself. */
export function topOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git')) || existsSync(join(at, '.github'))) return at
    if (at === dirname(at)) return folder
  }
}

async function filesAt(path: string): Promise<string[]> {
  const facts = await stat(path).catch(() => {
    throw new CalledWrongly(`expected a file or a folder, got "${path}", which is missing`)
  })
  if (!facts.isDirectory()) return [path]
  const inGitHub = path.split(sep).includes('.github')
  const below = await namesBelow(inGitHub ? path : join(path, '.github'))
  const own = inGitHub
    ? []
    : ['action.yml', 'action.yaml'].map(name => join(path, name)).filter(each => existsSync(each))
  return [...own, ...below.filter(isLinted)]
}

async function namesBelow(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile() && !entry.parentPath.split(sep).includes('node_modules'))
    .map(entry => join(entry.parentPath, entry.name))
}

const isLinted = (path: string): boolean =>
  isActionPath(path.split(sep).join('/')) || /[\\/]\.github[\\/]workflows[\\/][^\\/]+\.ya?ml$/.test(path)

/** A sample inside of a repository is one of its own: paths in its workflows begin at its top. */
function rootOf(absolute: string, top: string): string {
  const index = absolute.lastIndexOf(`${sep}.github${sep}`)
  return index < 0 ? top : absolute.slice(0, index)
}

function repositoryAt(root: string, known: Pick<LintRepository, 'pins' | 'settings'>): LintRepository {
  const texts = new Map<string, string | null>()
  return {
    ...known,
    read(path) {
      const before = texts.get(path)
      const text = before === undefined ? readAt(root, path) : before
      texts.set(path, text)
      return text
    },
  }
}

function readAt(root: string, path: string): string | null {
  const file = join(root, path)
  if (relative(root, file).startsWith('..')) return null
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null // Missing or a folder: there is no such text.
  }
}
