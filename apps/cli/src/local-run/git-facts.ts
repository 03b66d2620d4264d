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
  const [top = '', shown = '', branch = '', base = '', settings = ''] = await askedTogether(cwd)
  const [sha = '', title = ''] = (shown || (await uncommittedIn(top, uncommitted))).split('\n')
  // Of several settings of one name the last holds, as git has it.
  const setting = (name: string) =>
    settings
      .split('\n')
      .findLast(line => line.startsWith(`${name} `))
      ?.slice(name.length + 1)
  const actor = setting('user.name') || 'local'
  const remote = setting('remote.origin.url') ?? ''
  const baseBranch = (base || 'origin/main').replace(/^origin\//, '')
  const repository = repositoryName(remote, top)
  return { top, sha, branch: branch || 'HEAD', baseBranch, title, actor, repository, remote }
}

/** Starting a process takes longer than any of these answers: a shell asks them all. What has no answer is empty. */
const questions = `top=$(git rev-parse --show-toplevel) && cd "$top" || exit
printf '%s\\0' "$top"
git show --no-patch --format='%H%n%s' HEAD; printf '\\0'
git symbolic-ref --quiet --short HEAD; printf '\\0'
git symbolic-ref --quiet --short refs/remotes/origin/HEAD; printf '\\0'
git config --get-regexp '^(user\\.name|remote\\.origin\\.url)$'; true`

/** @throws as `repositoryTop` */
async function askedTogether(cwd: string): Promise<string[]> {
  try {
    const { stdout } = await run('/bin/sh', ['-c', questions], { cwd, maxBuffer: 1 << 24 })
    return stdout.split('\0').map(answer => answer.trim())
  } catch {
    await repositoryTop(cwd)
    throw new Error(`${cwd} is in a git repository that tells nothing of itself`)
  }
}

/** What `git show` has no answer for. */
async function uncommittedIn(top: string, uncommitted: string | undefined): Promise<string> {
  // Says what is wrong where there is a commit.
  if (!(await isUnborn(top))) return await git(top, 'show', '--no-patch', '--format=%H%n%s', 'HEAD')
  if (uncommitted !== undefined) return uncommitted
  throw new CalledWrongly(`expected a commit in ${top}; there is none yet`, 'Commit something first.')
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
