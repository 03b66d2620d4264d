import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { GantryError } from '@gantry/core/errors'
import { CalledWrongly } from '../command/called-wrongly.ts'

const run = promisify(execFile)

/** What a run says about the commit it works on. */
export interface GitFacts {
  /** Folder of the repository. */
  top: string
  sha: string
  /** `HEAD` when no branch is checked out. */
  branch: string
  baseBranch: string
  title: string
  actor: string
  /** `owner/name`. */
  repository: string
  /** Address of `origin`; empty without one. */
  remote: string
}

/** As GitHub names a commit that is none. */
const noCommit = '0'.repeat(40)

/**
 * What a run says of a working tree that is taken as it is: before the first commit as well.
 * @throws GantryError GIT_MISSING; CalledWrongly outside of a repository
 */
export const treeFacts = (cwd: string): Promise<GitFacts> => gitFacts(cwd, `${noCommit}\nNot committed yet`)

/**
 * @param uncommitted what stands for `<sha>\n<title>` before the first commit
 * @throws GantryError GIT_MISSING; CalledWrongly outside of a repository, or before its first commit without `uncommitted`
 */
export async function gitFacts(cwd: string, uncommitted?: string): Promise<GitFacts> {
  const top = await repositoryTop(cwd)
  const or = async (fallback: string, ...args: string[]) => (await git(top, ...args).catch(() => '')) || fallback
  const [commit, branch, base, settings] = await Promise.all([
    git(top, 'show', '--no-patch', '--format=%H%n%s', 'HEAD').catch(async cause => {
      if (cause instanceof GantryError) throw cause
      if (!(await isUnborn(top))) throw cause
      if (uncommitted !== undefined) return uncommitted
      throw new CalledWrongly(`expected a commit in ${top}; there is none yet`, 'Commit something first.')
    }),
    or('HEAD', 'symbolic-ref', '--quiet', '--short', 'HEAD'),
    or('origin/main', 'symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD'),
    or('', 'config', '--get-regexp', '^(user\\.name|remote\\.origin\\.url)$'),
  ])
  const [sha = '', title = ''] = commit.split('\n')
  // Of several settings of one name the last holds, as git has it.
  const setting = (name: string) =>
    settings
      .split('\n')
      .findLast(line => line.startsWith(`${name} `))
      ?.slice(name.length + 1)
  const actor = setting('user.name') || 'local'
  const remote = setting('remote.origin.url') ?? ''
  const baseBranch = base.replace(/^origin\//, '')
  return { top, sha, branch, baseBranch, title, actor, repository: repositoryName(remote, top), remote }
}

/** A branch that has no commit yet; a HEAD that cannot be read for another reason is not one. */
async function isUnborn(top: string): Promise<boolean> {
  const branch = await git(top, 'symbolic-ref', '--quiet', 'HEAD').catch(() => null)
  if (branch === null) return false
  return git(top, 'show-ref', '--verify', '--quiet', branch).then(
    () => false,
    () => true,
  )
}

/**
 * Folder of the repository around `cwd`, which may have no commit yet.
 * @throws GantryError GIT_MISSING; CalledWrongly outside of a repository
 */
export function repositoryTop(cwd: string): Promise<string> {
  return git(cwd, 'rev-parse', '--show-toplevel').catch(cause => {
    if (cause instanceof GantryError) throw cause
    throw new CalledWrongly(
      `expected a git repository at ${cwd}`,
      'Go to the folder of the repository and type it again.',
    )
  })
}

/** @throws GantryError GIT_MISSING */
export async function requireGit(): Promise<void> {
  await git('/', '--version')
}

/** `owner/name` of a remote address, else the folder's name. */
export function repositoryName(remote: string, top: string): string {
  const [, found] = /[/:]([^/:]+\/[^/]+?)(?:\.git)?\/?$/.exec(remote) ?? []
  return found ?? `local/${top.split('/').at(-1) || 'repository'}`
}

async function git(cwd: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await run('git', args, { cwd, maxBuffer: 1 << 24 })
    return stdout.trim()
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      throw new GantryError('GIT_MISSING', 'expected `git` on the PATH', {}, { cause })
    }
    throw cause
  }
}
