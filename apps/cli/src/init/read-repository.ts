import { execFile } from 'node:child_process'
import { lstat, open, readdir, readFile, realpath } from 'node:fs/promises'
import { basename, join, posix, relative } from 'node:path'
import { promisify } from 'node:util'
import { describeAdapters } from '@gantry/config'
import { GantryError } from '@gantry/core'
import { isRead, type RepositoryFiles } from '@gantry/init'
import { CalledWrongly } from '../command/called-wrongly.ts'

const run = promisify(execFile)

/** Above that a source file is data; what it reads from its environment does not count. */
const longestSource = 512 * 1024
const mostFiles = 200_000
const readAtOnce = 32
const neverWalked = new Set(['node_modules', '.git', 'dist', 'build', '.next', '.turbo', 'coverage'])

export interface RepositoryHere {
  /** Its top folder. */
  top: string
  isGit: boolean
  files: RepositoryFiles
}

/**
 * The files of the repository around a folder: what git does not ignore, or without git everything but what tools make.
 * Symbolic links are listed and never followed.
 * @throws GantryError GIT_MISSING; CalledWrongly when there is no such folder
 */
export async function readRepository(cwd: string): Promise<RepositoryHere> {
  const folder = await realpath(cwd).catch(() => {
    throw new CalledWrongly(`expected a folder at ${cwd}`)
  })
  const found = await gitOutput(folder, 'rev-parse', '--show-toplevel')
  const top = found?.trim() || folder
  const isGit = found !== undefined
  const hidesExample = isGit && (await gitOutput(top, 'check-ignore', '--no-index', '.env.example')) !== undefined
  const paths = isGit ? await listedByGit(top) : await walked(top)
  if (hidesExample && (await lstat(join(top, '.env.example')).catch(() => null))?.isFile()) paths.push('.env.example')
  const base = workspaceFolder(paths, relative(top, folder))
  const texts = await textsOf(
    top,
    paths.filter(path => isRead(path, base)),
  )
  const remote = (isGit && (await gitOutput(top, 'config', 'remote.origin.url'))) || ''
  const head = (isGit && (await gitOutput(top, 'symbolic-ref', '--short', 'refs/remotes/origin/HEAD'))) || ''
  const [, github] = /github\.com[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?\s*$/.exec(remote) ?? []
  const pnpmHere = await installedBy(join(top, base))
  const defaultBranch = head.trim().replace(/^origin\//, '') || (await branchHere(top, isGit))
  const variables = Object.fromEntries(
    describeAdapters().flatMap(({ env }) => env.map(each => [each.name, each.about])),
  )
  const files = { folder: basename(join(top, base)), base, paths, texts, defaultBranch, hidesExample, variables }
  return {
    top,
    isGit,
    files: { ...files, ...(github !== undefined && { github }), ...(pnpmHere !== undefined && { pnpmHere }) },
  }
}

/**
 * The folder of the pnpm workspace: the top where there is a package.json, else the one somebody stands in, else the only
 * one that is not deeper than others.
 */
function workspaceFolder(paths: readonly string[], here: string): string {
  const has = new Set(paths)
  if (has.has('package.json')) return ''
  const folders = paths
    .filter(path => /\/(pnpm-workspace\.yaml|pnpm-lock\.yaml)$/.test(path) && !/(^|\/)node_modules\//.test(path))
    .map(path => posix.dirname(path))
    .filter(folder => has.has(`${folder}/package.json`))
  const own = folders.find(folder => here === folder || here.startsWith(`${folder}/`))
  const depth = (folder: string) => folder.split('/').length
  const least = Math.min(...folders.map(depth))
  const highest = new Set(folders.filter(folder => depth(folder) === least))
  const [only = ''] = highest
  return own ?? (highest.size === 1 ? only : '')
}

/** `master` only where that is all there is: what most repositories call it now is the better guess. */
async function branchHere(top: string, isGit: boolean): Promise<string> {
  if (!isGit) return 'main'
  const branches = (await gitOutput(top, 'branch', '--format=%(refname:short)')) ?? ''
  const names = branches.split('\n').map(name => name.trim())
  return ['main', 'master', 'trunk', 'develop'].find(name => names.includes(name)) ?? 'main'
}

async function gitOutput(cwd: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', args, { cwd, maxBuffer: 1 << 28 })
    return stdout
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      throw new GantryError('GIT_MISSING', 'expected `git` on the PATH', {}, { cause })
    }
    // Git says no in many words: not a repository, no remote, no such ref. None of them is a failure here.
    return undefined
  }
}

async function listedByGit(top: string): Promise<string[]> {
  const list = async (...args: string[]) => ((await gitOutput(top, 'ls-files', '-z', ...args)) ?? '').split('\0')
  const [listed, deleted] = await Promise.all([list('--cached', '--others', '--exclude-standard'), list('--deleted')])
  const gone = new Set(deleted)
  return [...new Set(listed)].filter(path => path !== '' && !gone.has(path)).toSorted()
}

async function walked(top: string): Promise<string[]> {
  const paths: string[] = []
  const queue = ['']
  for (let dir = queue.pop(); dir !== undefined; dir = queue.pop()) {
    for (const entry of await readdir(join(top, dir), { withFileTypes: true })) {
      const path = dir === '' ? entry.name : `${dir}/${entry.name}`
      if (entry.isDirectory()) {
        if (!neverWalked.has(entry.name)) queue.push(path)
      } else paths.push(path)
    }
    if (paths.length > mostFiles) {
      throw new CalledWrongly(`expected a repository in ${top}, got a folder of more than ${mostFiles} files`)
    }
  }
  return paths.toSorted()
}

async function textsOf(top: string, paths: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  const queue = paths.values()
  const work = async (): Promise<void> => {
    for (const path of queue) {
      const text = await textAt(join(top, path))
      if (text !== undefined) texts.set(path, text)
    }
  }
  await Promise.all(Array.from({ length: readAtOnce }, work))
  return new Map([...texts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** Of a lockfile only its head counts; a file that is too long or no file at all counts as absent. */
async function textAt(file: string): Promise<string | undefined> {
  const stats = await lstat(file).catch(() => undefined)
  if (!stats?.isFile()) return undefined
  if (basename(file) === 'pnpm-lock.yaml') {
    const handle = await open(file)
    try {
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(4096) })
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await handle.close()
    }
  }
  return stats.size > longestSource ? undefined : readFile(file, 'utf8')
}

/** pnpm writes down which of its versions made node_modules. */
async function installedBy(top: string): Promise<string | undefined> {
  const text = await readFile(join(top, 'node_modules/.modules.yaml'), 'utf8').catch(() => '')
  return /"?packageManager"?:\s*"?pnpm@(\d+\.\d+\.\d+)/.exec(text)?.[1]
}
