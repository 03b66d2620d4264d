import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { GivenJob, JobNews, JobState, JobValues, Sandbox } from '@gantry/core'
import { runJob } from '../job/run-job.ts'
import type { Limiter } from '../limits/limiter.ts'
import { copyOfJob } from '../run/copy-job.ts'
import type { Machine, Source } from '../run/machine.ts'
import { withActions } from '../run/with-actions.ts'
import { readOrder } from './order.ts'
import { Outbox } from './outbox.ts'

/** What of this machine and its server a job gets. */
export interface JobPlace {
  folders: { work: string; cache: string; tools: string; spool: string; commands: string }
  env: Record<string, string>
  sandbox: Sandbox | undefined
  limiter: Limiter
  source: Source
  /** What its project has at the server. */
  shared: Pick<Machine, 'artifactsDir' | 'sharedArtifacts' | 'sharedCaches'>
  /** Where its steps reach the server. */
  url: string
  send(news: JobNews): Promise<void>
  now(): Date
}

/**
 * Executes a job of a server, and tells the server until the last word is taken.
 * @param isReturned asked at the end: whether it was stopped because its runner stops, and another is to execute it
 * @throws GantryError LEASE_LOST when the job is another's by now
 */
export async function executeJob(
  given: GivenJob,
  place: JobPlace,
  { cancel, kill, isReturned }: { cancel: AbortController; kill: AbortController; isReturned(job: JobState): boolean },
): Promise<void> {
  const { workflow, run, spec, job, needs, strategy, vars, linesBefore } = readOrder(given.body)
  await mkdir(place.folders.spool, { recursive: true })
  const outbox = new Outbox(join(place.folders.spool, given.id), place.send)
  try {
    const machine = machineFor(given, place, outbox, vars)
    const noted = await withActions({ ...workflow, jobs: [spec] }, new Map(), machine)
    const [own = spec] = noted.workflow.jobs
    if (own.cannotRun === undefined) {
      const changed = (): void => outbox.state(copyOfJob(job))
      const what = { workflow: noted.workflow, run, spec: own, job, needs, strategy, linesBefore }
      await runJob({ ...what, machine, cancel, kill, changed })
    } else failBefore(job, own.cannotRun, place.now())
  } catch (cause) {
    failBefore(job, cause instanceof Error ? cause.message : String(cause), place.now())
  }
  await outbox.end(job, isReturned(job) ? 'returned' : 'done')
  await rm(place.shared.artifactsDir, { recursive: true, force: true })
}

function machineFor(given: GivenJob, place: JobPlace, outbox: Outbox, vars: JobValues['vars']): Machine {
  const { folders, env, sandbox, limiter, source, shared, url, now } = place
  return {
    ...shared,
    workDir: folders.work,
    cacheDir: folders.cache,
    toolDir: folders.tools,
    extraPath: [folders.commands],
    env,
    source,
    ...(sandbox && { sandbox }),
    limiter,
    stepEnv: () => ({ GANTRY_URL: url, GANTRY_PROJECT: given.project, ...given.shownEnv }),
    jobSecrets: async () => ({ env: given.env, end: async () => undefined }),
    vars: () => vars.repository,
    valuesFor: async () => ({ secrets: given.secrets, vars }),
    // The server asked before it handed the job out.
    approve: async () => 'approved',
    on: event => (event.kind === 'log' ? outbox.lines(event.lines) : undefined),
    now,
  }
}

function failBefore(job: JobState, message: string, now: Date): void {
  const at = now.toISOString()
  const attempt = job.status === 'in_progress' ? job.attempt : job.attempt + 1
  job.annotations.push({ level: 'failure', message })
  Object.assign(job, { status: 'completed', conclusion: 'failure', attempt })
  Object.assign(job, { startedAt: job.startedAt ?? at, completedAt: at })
}
