import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { RemoteUses } from '@gantry/workflow'
import type { Machine } from '../../run/machine.ts'

const run = promisify(execFile)
/** A network that is there but does not answer. */
const CLONE_MS = 120_000

/** What an action's repository is fetched with; where it is kept is below the home folder unless the machine says so. */
export type ActionMachine = Pick<Machine, 'env' | 'actionsDir' | 'actionsMirror' | 'signal'>

/** Every ref of every repository has its folder: `owner/name/ref`, put there by a clone or by hand. */
export function storedAction(machine: ActionMachine, { owner, name, ref }: RemoteUses): string {
  return join(actionsFolder(machine), owner.toLowerCase(), name.toLowerCase(), encodeURIComponent(ref))
}

export function actionsFolder({ actionsDir, env }: Pick<Machine, 'env' | 'actionsDir'>): string {
  const { XDG_CACHE_HOME, HOME = '/' } = env
  return actionsDir ?? join(XDG_CACHE_HOME || join(HOME, '.cache'), 'gantry/actions')
}

/** The files of an action's repository, cloned the first time; throws when that cannot be done. */
export async function fetchAction(machine: ActionMachine, uses: RemoteUses): Promise<string> {
  const folder = storedAction(machine, uses)
  if (existsSync(folder)) return folder
  const staging = join(dirname(folder), `.${randomUUID()}`)
  await mkdir(staging, { recursive: true })
  try {
    await cloneInto(staging, actionUrl(machine, uses), uses.ref, machine)
    await rm(join(staging, '.git'), { recursive: true, force: true })
    // Another job may have been faster: its folder is as good.
    await rename(staging, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  return folder
}

export function actionUrl({ actionsMirror }: ActionMachine, { owner, name }: RemoteUses): string {
  return `${(actionsMirror ?? 'https://github.com').replace(/\/$/, '')}/${owner}/${name}`
}

/** A branch, a tag or a commit; some servers do not hand out a single commit by its id. */
async function cloneInto(folder: string, url: string, ref: string, machine: ActionMachine): Promise<void> {
  const git = (...args: string[]): Promise<string> => runGit(folder, args, machine)
  await git('init', '--quiet')
  try {
    await git('fetch', '--quiet', '--depth=1', '--no-tags', '--end-of-options', url, ref)
    await git('checkout', '--quiet', '--detach', 'FETCH_HEAD')
  } catch (error) {
    if (!/^[0-9a-f]{7,64}$/.test(ref)) throw error
    await git('fetch', '--quiet', '--end-of-options', url, '+refs/*:refs/remotes/origin/*')
    await git('checkout', '--quiet', '--detach', ref)
  }
}

/** Only what the machine passes on, so that no hook's repository is meant and nothing asks for a password. */
async function runGit(cwd: string, args: string[], { env, signal }: ActionMachine): Promise<string> {
  try {
    const { stdout } = await run('git', ['-c', 'safe.directory=*', '-c', 'http.lowSpeedLimit=1', ...args], {
      cwd,
      env: { ...env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C', GIT_DIR: join(cwd, '.git'), GIT_WORK_TREE: cwd },
      timeout: CLONE_MS,
      ...(signal === undefined ? {} : { signal }),
    })
    return stdout
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    throw new Error(said === '' ? String(error) : said.replace(/\s*\n\s*/g, '; '), { cause: error })
  }
}
