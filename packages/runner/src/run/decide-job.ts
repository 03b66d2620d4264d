import type { JobState } from '@gantry/core'
import type { JobSpec, Position, Workflow } from '@gantry/workflow'
import {
  evaluateCondition,
  evaluateTemplate,
  explainCondition,
  jobsOf,
  resultOf,
  toText,
  unfoldJob,
} from '@gantry/workflow'
import { messageOf } from '../step/run-step.ts'
import { endJob, type Flight, reportRun } from './flight.ts'
import { jobScope, shownName, toleratedIn } from './job-scope.ts'
import { labelsIn } from './labels-in.ts'
import type { RunHost } from './machine.ts'

/**
 * Once the needs of a job are done: is it wanted? Then its matrix unfolds and it may start; else it is skipped,
 * or cancelled when the run is. Answers whether anything was settled.
 */
export function decideJob(flight: Flight, spec: JobSpec): boolean {
  const jobs = jobsOf(flight.run, spec.key)
  const open = jobs
    .filter(job => job.status === 'queued' || job.status === 'waiting')
    .filter(job => !flight.running.has(job.id))
  if (open.length === 0) return false
  if (flight.wanted.has(spec.key) && !flight.isCancelled()) return false
  if (!spec.needs.every(need => resultOf(flight.run, need, toleratedIn(flight)) !== undefined)) return false
  if (isLeftOut(flight, spec.key)) {
    flight.machine.decided?.({ job: spec.key, runs: false, why: `only ${flight.machine.only?.job} was asked for` })
    return settle(flight, open, 'skipped')
  }
  try {
    // A job of which one step is wanted runs whatever its `if`; what it needs did not run.
    const isAsked = flight.machine.only?.step !== undefined && !flight.isCancelled()
    const runs = isAsked || evaluateCondition(spec.if, jobScope(flight, spec))
    if (!runs || !flight.wanted.has(spec.key)) tellWhy(flight, spec, runs)
    if (!runs) {
      if (flight.isCancelled()) return settle(flight, open, 'cancelled')
      return settle(flight, foldLegs(flight, spec, open), 'skipped')
    }
    if (flight.wanted.has(spec.key)) return false
    if (spec.cannotRun !== undefined) throw new Error(spec.cannotRun)
    unfold(flight, spec, jobs)
  } catch (error) {
    for (const job of open) endJob(flight, job, 'failure', messageOf(error))
    return true
  }
  flight.wanted.add(spec.key)
  return false
}

function tellWhy(flight: Flight, spec: JobSpec, runs: boolean): void {
  if (flight.machine.decided === undefined) return
  const ends = spec.needs.map(need => ({ need, result: resultOf(flight.run, need, toleratedIn(flight)) }))
  const bad = ends.filter(({ result }) => result !== 'success').map(({ need, result }) => `${need} ended as ${result}`)
  const why = explainCondition(spec.if, jobScope(flight, spec))
  flight.machine.decided({ job: spec.key, runs, why: [why, ...(runs ? [] : bad)].join('; ') })
}

function settle(flight: Flight, jobs: JobState[], conclusion: 'skipped' | 'cancelled'): boolean {
  for (const job of jobs) endJob(flight, job, conclusion)
  return true
}

/** A skipped matrix is one skipped job, never its legs: nothing may wait for their names. */
function foldLegs(flight: Flight, spec: JobSpec, open: JobState[]): JobState[] {
  const [first] = open
  if (first?.matrix === undefined || open.length !== jobsOf(flight.run, spec.key).length) return open
  const { matrix: _, ...rest } = first
  const folded: JobState = {
    ...rest,
    id: spec.key,
    name: shownName(flight, spec, spec.key, spec.name?.includes('${{') ? undefined : jobScope(flight, spec)),
  }
  replaceJobs(flight, spec.key, [folded])
  return [folded]
}

function unfold(flight: Flight, spec: JobSpec, jobs: JobState[]): void {
  const [only] = jobs
  if (only === undefined) return
  if (spec.strategy?.matrix !== undefined && jobs.length === 1 && only.matrix === undefined) {
    const legs = legsOf(flight, spec, only.createdAt)
    replaceJobs(
      flight,
      spec.key,
      legs.map(leg => ({ ...leg, needs: only.needs })),
    )
  }
  for (const job of jobsOf(flight.run, spec.key)) {
    nameAgain(flight, spec, job)
    const unfit = job.status === 'completed' ? undefined : unfitLeg(flight, spec, job)
    // Ended before it began, so that its siblings, which may fit, go on.
    if (unfit !== undefined) endJob(flight, job, 'failure', unfit)
  }
}

/** What `runs-on` asks for, or makes of a matrix or of another job, may be another system. */
function unfitLeg(flight: Flight, spec: JobSpec, job: JobState): string | undefined {
  const { executor } = flight
  if (executor.unfit === undefined) return undefined
  const scope = jobScope(flight, spec, job)
  const unfit = (spec.runsOn ?? [])
    .flatMap(written => labelsIn(evaluateTemplate(written, scope)))
    .map(label => executor.unfit?.(label))
  const reason = unfit.find(each => each !== undefined)
  return reason === undefined ? undefined : `${placeOf(flight, spec, spec.at)}: ${reason}`
}

function placeOf({ homes, workflow }: Flight, spec: JobSpec, { line, column }: Position): string {
  return `${(homes.get(spec.key)?.workflow ?? workflow).path}:${line}:${column}`
}

/** A matrix that cannot be unfolded says where it stands. */
function legsOf(flight: Flight, spec: JobSpec, createdAt: string): JobState[] {
  try {
    return unfoldJob(spec, jobScope(flight, spec), createdAt)
  } catch (error) {
    throw new Error(`${placeOf(flight, spec, spec.strategy?.at ?? spec.at)}: ${messageOf(error)}`)
  }
}

/** Names and environments may ask for `needs` and `vars`, which the plan did not know. */
function nameAgain(flight: Flight, spec: JobSpec, job: JobState): void {
  if (job.status === 'completed') return
  const scope = jobScope(flight, spec, job)
  job.name = shownName(flight, spec, job.id, scope)
  if (spec.environment === undefined) return
  const environment = toText(evaluateTemplate(spec.environment.name, scope))
  if (environment === '') delete job.environment
  else job.environment = environment
}

function replaceJobs(flight: Flight, key: string, jobs: JobState[]): void {
  const { run } = flight
  const at = run.jobs.findIndex(job => job.key === key)
  const others = run.jobs.filter(job => job.key !== key)
  run.jobs = others.toSpliced(at, 0, ...jobs)
  reportRun(flight)
}

/** A called job is there because its caller takes part. */
const isLeftOut = ({ machine, workflow, homes }: Flight, key: string): boolean =>
  !homes.has(key) && !takesPart(workflow, key, machine.only)

/** With `only`, a job takes part when it is asked for or when one that is asked for needs it. */
export function takesPart(workflow: Workflow, key: string, { job: asked, step }: RunHost['only'] = {}): boolean {
  if (asked === undefined) return true
  return step === undefined ? withNeeds(workflow, asked).has(key) : key === asked
}

function withNeeds(workflow: Workflow, key: string): Set<string> {
  const keys = new Set([key])
  for (const each of keys) for (const need of workflow.jobs.find(job => job.key === each)?.needs ?? []) keys.add(need)
  return keys
}
