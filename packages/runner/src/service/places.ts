import { mkdir, stat } from 'node:fs/promises'
import { arch, platform, release } from 'node:os'
import { join } from 'node:path'
import { GantryError, type GivenJob, type JobUser, type Sandbox } from '@gantry/core'
import { createLimiter } from '../limits/limiter.ts'
import { findSandbox } from '../sandbox/find-sandbox.ts'
import type { SandboxWalls } from '../sandbox/walls.ts'
import { gitSource } from '../source/git-source.ts'
import { giveTo, type JobAccount, jobAccount, type UserWish } from '../user/job-user.ts'
import { accountsAlone } from '../user/without-walls.ts'
import { untilAnswered } from './again.ts'
import { artifactsOverHttp } from './artifacts-over-http.ts'
import { cachesOverHttp } from './caches-over-http.ts'
import type { JobPlace } from './execute-job.ts'
import { fetchedSource } from './fetched-source.ts'
import { writeOwnCommands } from './own-commands.ts'
import type { RunnerHearer } from './runner-hearer.ts'
import type { RunnerSettings } from './runner-settings.ts'
import type { ServerCall, ServerClient } from './server-client.ts'

/** Where on this machine jobs are executed. */
export interface Places {
  /** The system, and how jobs are shut in, for people. */
  about: string
  of(
    given: GivenJob,
    signal: AbortSignal,
  ): Promise<Pick<JobPlace, 'folders' | 'env' | 'sandbox' | 'limiter' | 'source' | 'shared'>>
}

/** @throws GantryError SANDBOX_MISSING when one is required and cannot be had */
export async function openPlaces(
  settings: RunnerSettings,
  client: ServerClient,
  { say, now }: RunnerHearer,
): Promise<Places> {
  const { folders } = settings
  const commands = await writeOwnCommands(folders.commands, folders.tools, settings.gantryMain)
  const boxes = new Map<string, Promise<Sandbox | undefined>>()
  const boxOf = (project: string) => {
    const known = boxes.get(project) ?? sandboxFor(settings, project, say)
    boxes.set(project, known)
    // What failed once, for a full disk perhaps, is tried again by the next job.
    known.catch(() => boxes.delete(project))
    return known
  }
  const sandbox = await boxOf('')
  const limiter = createLimiter(settings.limits, { isRoot: isRoot() && sandbox?.user === undefined })
  const fetching = new Map<string, Promise<unknown>>()
  return {
    about: `${platform()} ${release()} ${arch()}; ${shutInBy(sandbox)}; ${limiter.about}`,
    async of({ id, project }, signal) {
      const isBeside = folders.repositories.of === 'server'
      const path = repositoryOf(settings, project)
      const cache = join(folders.cache, project)
      const call = callOf(client, signal)
      const source = isBeside ? gitSource(path) : fetchedSource({ client, call, id, project, path, fetching })
      const shared = {
        ...artifactsOverHttp(call, id, join(folders.spool, `artifacts-${id}`)),
        // Beside the server the folder is the server's own.
        ...(!isBeside && { sharedCaches: cachesOverHttp(call, { id, dir: cache, now }) }),
      }
      const places = { ...folders, cache, commands }
      return { folders: places, env: settings.env, limiter, sandbox: await boxOf(project), source, shared }
    },
  }
}

/** A step that needs the server waits for it while it starts again, and fails when it stays away. */
function callOf(client: ServerClient, signal: AbortSignal): ServerCall {
  return (path, init) =>
    untilAnswered(() => client.call(path, init?.()), { signal: AbortSignal.any([signal, AbortSignal.timeout(waitMs)]) })
}

const waitMs = 5 * 60_000

function shutInBy(sandbox: Sandbox | undefined): string {
  if (sandbox === undefined) return 'no sandbox: jobs see what this account sees'
  if (sandbox.user === undefined) return isRoot() ? `${sandbox.kind}, as root` : sandbox.kind
  return sandbox.user.isShared ? `${sandbox.kind}, as another account` : sandbox.kind
}

const isRoot = (): boolean => process.getuid?.() === 0

const repositoryOf = ({ folders: { repositories } }: RunnerSettings, project: string): string =>
  repositories.of === 'server'
    ? join(repositories.root, project, 'repository.git')
    : join(repositories.root, `${project}.git`)

/** Of other projects nothing is to be seen, not even their commits. */
async function sandboxFor(settings: RunnerSettings, project: string, say: (line: string) => void) {
  const { sandbox: wanted, user, walls, folders } = settings
  if (wanted === 'off') return undefined
  const cache = project === '' ? [] : [join(folders.cache, project)]
  const downloads = cache.map(folder => join(folder, 'downloads'))
  const repository = project === '' ? [] : [repositoryOf(settings, project)]
  await Promise.all([folders.tools, ...downloads].map(folder => mkdir(folder, { recursive: true })))
  const ofProject = {
    ...walls,
    shown: [...walls.shown, folders.tools, folders.commands, ...cache, ...repository],
    changeable: [...walls.changeable, ...downloads],
  }
  const account = jobAccount(user, `project ${project}`)
  const found = await shutIn(ofProject, { account, user, work: folders.work }, line => project === '' && say(line))
  if (found?.user?.isShared) await giveOnce(found.user.of(folders.work), downloads)
  if (found?.isWalled || wanted === 'auto') return found
  throw new GantryError('SANDBOX_MISSING', `expected a sandbox for jobs, got none`)
}

/** Walls and an account, else walls, else an account, else nothing: with a word of what cannot be had. */
async function shutIn(
  walls: SandboxWalls,
  { account, user, work }: { account: JobAccount | undefined; user: UserWish; work: string },
  say: (line: string) => void,
): Promise<(Sandbox & { isWalled: boolean }) | undefined> {
  const both = await findSandbox(walls, { account })
  if ('open' in both) return { ...both, isWalled: true }
  if (account === undefined) {
    say(`note: jobs run without a sandbox and see what this account sees (${both.missing})`)
    return undefined
  }
  const walled = await findSandbox(walls)
  if ('open' in walled) {
    say(`note: jobs run as root within their walls, not as an account of their own (${both.missing})`)
    return { ...walled, isWalled: true }
  }
  const alone = await accountsAlone(user, { walls, work })
  if ('open' in alone) {
    say(`note: jobs run as accounts of their own, but without walls: they see what everybody sees (${walled.missing})`)
    return { ...alone, isWalled: false }
  }
  say(`note: jobs run as root and see all that root sees (${walled.missing}; ${alone.missing})`)
  return undefined
}

/** What jobs of root kept there before is theirs. */
async function giveOnce(user: JobUser, folders: readonly string[]): Promise<void> {
  const others = await Promise.all(folders.map(async path => ((await stat(path)).uid === user.uid ? [] : [path])))
  await giveTo(user, others.flat())
}
