import { join, resolve } from 'node:path'
import {
  type FollowedJob,
  GantryError,
  GivenJob,
  type JobProgress,
  noJobValues,
  type Runner,
  runnerTimes,
} from '@gantry/core'
import {
  gitSource,
  machineEnvironment,
  provideRun,
  type RunnerSettings,
  type SandboxWalls,
  wallsAround,
} from '@gantry/runner'
import type { Environment } from './environment.ts'
import type { Foundation } from './foundation.ts'
import type { Home } from './home/home.ts'
import type { ProjectContext } from './project/open-project.ts'
import { createJobTokens } from './run/run-tokens.ts'
import type { ComposedRunners } from './runner/composed-runners.ts'
import { orderIn } from './runner/failed-job.ts'
import { OwnRunner } from './runner/own-runner.ts'
import { runnerExecutor } from './runner/runner-executor.ts'
import { RunnerService } from './runner/runner-service.ts'
import { startTicker } from './watch/ticker.ts'

const lookEveryMs = 5_000
const keptMs = 86_400_000
/** Of a server that was killed: then nobody takes up its jobs any more. */
const aloneMs = 10 * 60_000

/** Gantry's own programs: a job that changed them would run as the server at its next start. */
const gantry = resolve(import.meta.dirname, '../../..')

export function composeRunners(
  foundation: Foundation,
  { find, say }: { find(project: string): ProjectContext | null; say(line: string): void },
): ComposedRunners {
  const { store, live, environment, home, secrets, now, log } = foundation
  const { runners, leases } = store
  const service = new RunnerService({ runners, leases, live, now, log, ...jobTokens(foundation, find) })
  const own = new OwnRunner({
    dir: home.dir,
    ...{ runners, service, log, say },
    labels: environment.runner.labels,
    settings: ownSettings(environment, home),
    compiled: environment.all['NODE_COMPILE_CACHE'],
  })
  const startedMs = performance.now()
  const look = async () => {
    await runners.pruneJobs(new Date(now().getTime() - keptMs).toISOString())
    // While no server was there, runners could not say that they live.
    if (performance.now() - startedMs > runnerTimes.ttlMs) await service.loseSilent()
  }
  const looking = startTicker(lookEveryMs, look, cause => log.error({ err: cause }, 'runners could not be looked at'))
  return {
    service,
    executorOf: ({ stored: { name }, repository, folders }, leave) =>
      runnerExecutor({
        ...{ project: name, runners, runs: store.runs, live, leave, now, log },
        seal: (text, id) => secrets.sealText(text, placeOf(name, id)),
        provide: provideRun({ source: gitSource(repository.path), workDir: folders.called }),
      }),
    // Jobs are work, which one that only answers leaves to the others.
    start: () => (environment.runner.isOwn && environment.role !== 'web' ? own.start() : undefined),
    async stop() {
      await looking.stop()
      await own.stop()
    },
  }
}

const SealedValues = GivenJob.shape.secrets
/** Sealed text opens for its own job and no other. */
const placeOf = (project: string, jobId: string) => ({ project, environment: null, name: `job ${jobId}` })

/** What jobs are given beside what everybody may read, and what ends with them. */
function jobTokens({ store, access, secrets, now }: Foundation, find: (project: string) => ProjectContext | null) {
  const ends = new Map<string, (() => Promise<void>)[]>()
  const revoke = (project: string, tokenId: string) => store.access.revokeToken(project, tokenId)
  return {
    async secretsOf(job: FollowedJob, runner: Runner): Promise<Pick<GivenJob, 'secrets' | 'env' | 'shownEnv'>> {
      const context = find(job.project)
      if (context === null) throw new GantryError('NOT_FOUND', `no project ${job.project} on this server`)
      const { job: planned, run } = orderIn(job.body)
      await context.repository.hold(run.sha)
      const token = await createJobTokens({ access, revoke, project: context.project, now })(planned, run)
      const { orders } = context.delivery
      const leave = () => orders.leave({ project: job.project, owner: token.holder })
      ends.set(job.id, [...(ends.get(job.id) ?? []), token.revoke, leave])
      const opened = job.sealed === null ? null : secrets.openText(job.sealed, placeOf(job.project, job.id))
      return {
        secrets: opened === null ? noJobValues.secrets : SealedValues.parse(JSON.parse(opened)),
        env: { GANTRY_TOKEN: token.secret },
        shownEnv: runner.isOwn ? (context.sampled?.browser.env() ?? {}) : {},
      }
    },
    async onEnded({ id, runId }: Pick<JobProgress, 'id' | 'runId'>): Promise<void> {
      const own = ends.get(id)
      ends.delete(id)
      // Handed out by another server: which token is its own nobody knows here.
      if (own === undefined) return store.access.revokeLeftJobTokens(runId)
      await Promise.all(own.map(end => end()))
    },
  }
}

/** What jobs and configs that others wrote see of this machine. */
export const wallsOf = (environment: Environment, home: Home): SandboxWalls =>
  wallsAround({ env: machineEnvironment(environment.all), hidden: [home.dir], gantry })

function ownSettings(environment: Environment, home: Home): Omit<RunnerSettings, 'server' | 'token' | 'labels'> {
  const env = machineEnvironment(environment.all)
  return {
    jobsAtOnce: environment.runner.jobsAtOnce,
    isOnce: false,
    aloneMs,
    version: 'of the server',
    env,
    sandbox: environment.sandbox,
    user: environment.jobUser,
    limits: environment.runner.limits,
    walls: wallsOf(environment, home),
    gantryMain: join(gantry, 'apps/cli/src/main.ts'),
    folders: {
      work: join(home.dir, 'workspaces'),
      cache: join(home.dir, 'actions', 'cache'),
      tools: join(home.dir, 'actions', 'tools'),
      spool: join(home.dir, 'actions', 'spool'),
      commands: join(home.dir, 'actions', 'bin'),
      repositories: { of: 'server', root: join(home.dir, 'projects') },
    },
  }
}
