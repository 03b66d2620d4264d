import type { JobState, RunState } from '@gantry/core'
import { GantryError } from '@gantry/core/errors'
import type { JobSpec, Workflow } from '@gantry/workflow'
import type { Standstill } from '../job/stood-at.ts'

/** A run that did not succeed, once more: what has to run again is queued, and where each job of it goes on. */
export interface Continued {
  run: RunState
  goOnAt: Map<string, Standstill>
  /** Ids of jobs that keep what they did. */
  kept: string[]
}

/**
 * Only jobs that failed or were cancelled run again, and those behind them; all others keep what they did. A job goes
 * on at the step it did not get past when everything before that step is written as it was, in `then`.
 * @throws GantryError NOTHING_TO_CONTINUE when nothing failed, or the file has other jobs or earlier steps by now
 */
export function continueRun(
  now: Workflow,
  then: Workflow,
  run: RunState,
  stood: ReadonlyMap<string, Standstill>,
): Continued {
  checkJobs(now, then, run)
  const failed = run.jobs.filter(({ conclusion }) => conclusion === 'failure' || conclusion === 'cancelled')
  const own = failed.filter(job => !run.jobs.some(each => each.key.startsWith(below(job))))
  if (failed.length === 0) {
    throw new GantryError('NOTHING_TO_CONTINUE', 'expected a job that failed or was cancelled, got none')
  }
  const again = new Set(own.map(({ id }) => id))
  const behind = jobsBehind(run, again)
  const goOnAt = new Map([...stood].filter(([id]) => again.has(id) && !behind.has(id)))
  for (const [id, { place }] of goOnAt) checkSteps(now, then, run, id, place)
  return {
    run: {
      ...omit(structuredClone(run), 'conclusion', 'completedAt', 'startedAt'),
      status: 'queued',
      attempt: run.attempt + 1,
      jobs: jobsAgain(run, again, behind),
    },
    goOnAt,
    kept: run.jobs.filter(({ id }) => !again.has(id) && !behind.has(id)).map(({ id }) => id),
  }
}

const below = ({ id }: Pick<JobState, 'id'>): string => `${id} / `

/** Jobs that need one of these, or called one of them, and so on. */
function jobsBehind(run: RunState, again: ReadonlySet<string>): Set<string> {
  const behind = new Set<string>()
  const isAgain = ({ id }: JobState): boolean => again.has(id) || behind.has(id)
  for (let before = -1; before !== behind.size; ) {
    before = behind.size
    const keys = new Set(run.jobs.filter(isAgain).map(({ key }) => key))
    for (const job of run.jobs) {
      const calls = run.jobs.some(each => isAgain(each) && each.key.startsWith(below(job)))
      if (calls || job.needs.some(need => keys.has(need))) behind.add(job.id)
    }
  }
  return behind
}

/** A matrix behind a failed job may unfold otherwise this time; a call behind one begins anew, without its jobs. */
function jobsAgain(run: RunState, again: ReadonlySet<string>, behind: ReadonlySet<string>): JobState[] {
  const keys = new Set(run.jobs.filter(({ id }) => again.has(id) || behind.has(id)).map(({ key }) => key))
  const isLate = (job: JobState): boolean => behind.has(job.id) && job.needs.some(need => keys.has(need))
  const late = run.jobs.filter(isLate)
  const folded = new Set<string>()
  return run.jobs.flatMap(job => {
    if (late.some(caller => job.key.startsWith(below(caller)))) return []
    if (isLate(job)) {
      if (folded.has(job.key)) return []
      folded.add(job.key)
      return [omit({ ...queued(job), id: job.key }, 'matrix')]
    }
    return [again.has(job.id) || behind.has(job.id) ? queued(job) : structuredClone(job)]
  })
}

function queued(job: JobState): JobState {
  const rest = omit(structuredClone(job), 'conclusion', 'startedAt', 'completedAt', 'summary', 'environmentUrl')
  return { ...rest, status: 'queued', steps: [], outputs: {}, annotations: [] }
}

function checkJobs(now: Workflow, then: Workflow, run: RunState): void {
  const [is, was] = [now, then].map(({ jobs }) => jobs.map(({ key }) => key).join(', '))
  if (is === was) return
  throw new GantryError(
    'NOTHING_TO_CONTINUE',
    `expected ${run.workflowPath} to have the jobs it had (${was}), got ${is}`,
  )
}

function checkSteps(now: Workflow, then: Workflow, run: RunState, id: string, place: number): void {
  const key = run.jobs.find(job => job.id === id)?.key
  const [is, was] = [now, then].map(({ jobs }) =>
    earlier(
      jobs.find(job => job.key === key),
      place,
    ),
  )
  if (is === was) return
  throw new GantryError(
    'NOTHING_TO_CONTINUE',
    `expected the steps of ${id} before step ${place + 1} as they were, got others`,
  )
}

/** Of jobs of called workflows nothing is known here; they go on as they were called. */
function earlier(spec: JobSpec | undefined, place: number): string {
  return JSON.stringify([spec?.env, spec?.defaults, spec?.steps.slice(0, place)], (name, value: unknown) =>
    name === 'at' ? undefined : value,
  )
}

function omit<T extends object, K extends keyof T>(value: T, ...names: K[]): Omit<T, K> {
  const rest = { ...value }
  for (const name of names) delete rest[name]
  return rest
}
