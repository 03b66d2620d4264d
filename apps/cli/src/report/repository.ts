import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { promisify } from 'node:util'
import { workspaceGlob } from '@gantry/workflow'
import { parse } from 'yaml'
import * as z from 'zod'
import { CalledWrongly } from '../command/called-wrongly.ts'

const run = promisify(execFile)

/** What a report needs to know of the repository it is about. */
export interface Repository {
  top: string
  /** Shared by all work trees of the clone. */
  gitDir: string
  sha: string
  /** Tracked and new files that are not ignored, from the root, with `/`. */
  files: ReadonlySet<string>
  /** Folders of the workspace's packages, without the root. */
  packages: string[]
  /** Nothing differs from the commit. */
  isClean: boolean
  committedAt: Date
}

export async function readRepository(top: string): Promise<Repository> {
  const [listed, sha, time, status, gitDir] = await Promise.all([
    git(top, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'),
    git(top, 'rev-parse', 'HEAD'),
    git(top, 'show', '--no-patch', '--format=%cI', 'HEAD'),
    git(top, 'status', '--porcelain'),
    git(top, 'rev-parse', '--path-format=absolute', '--git-common-dir'),
  ])
  const files = new Set(listed.split('\0').filter(Boolean))
  return {
    top,
    gitDir: gitDir.trim(),
    sha: sha.trim(),
    files,
    packages: await packageFolders(top, files),
    isClean: status.trim() === '',
    committedAt: new Date(time.trim()),
  }
}

/**
 * The diff of everything since the branch left its base, uncommitted changes included; null when there is no such base.
 * @throws CalledWrongly when a base that was asked for does not exist
 */
export async function diffSince(top: string, base: string, isAsked: boolean): Promise<string | null> {
  try {
    await git(top, 'rev-parse', '--verify', '--quiet', `${base}^{commit}`)
    const shape = ['--unified=0', '--no-color', '--no-ext-diff', '--src-prefix=a/', '--dst-prefix=b/']
    return await git(top, '-c', 'core.quotePath=true', 'diff', ...shape, '--merge-base', base)
  } catch {
    if (!isAsked) return null
    throw new CalledWrongly(
      `--base: expected a commit that shares history with this one, got "${base}"`,
      'Fetch it first: `git fetch origin main`, with full history (`fetch-depth: 0`).',
    )
  }
}

const Workspace = z.looseObject({ packages: z.array(z.string()).default([]) })

/** By pnpm-workspace.yaml; without one, every folder with a package.json. */
async function packageFolders(top: string, files: ReadonlySet<string>): Promise<string[]> {
  const all = [...files]
    .filter(file => posix.basename(file) === 'package.json')
    .map(file => posix.dirname(file))
    .filter(folder => folder !== '.')
  if (!files.has('pnpm-workspace.yaml')) return all
  const globs =
    Workspace.safeParse(parse(await readFile(join(top, 'pnpm-workspace.yaml'), 'utf8'))).data?.packages ?? []
  const trimmed = globs.map(glob => glob.replace(/^(!?)(?:\.\/)?/, '$1').replace(/\/$/, ''))
  const isIn = trimmed.filter(glob => !glob.startsWith('!')).map(workspaceGlob)
  const isOut = trimmed.filter(glob => glob.startsWith('!')).map(glob => workspaceGlob(glob.slice(1)))
  const isOneOf = (globs: ReturnType<typeof workspaceGlob>[], folder: string) => globs.some(matches => matches(folder))
  return all.filter(folder => isOneOf(isIn, folder) && !isOneOf(isOut, folder)).sort()
}

async function git(top: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', ['-C', top, ...args], { maxBuffer: 1 << 28 })
  return stdout
}
