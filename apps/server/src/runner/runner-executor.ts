import { createHash } from 'node:crypto'
import {
  GantryError,
  type JobProgress,
  type JobState,
  type RunnerStore,
  type RunState,
  type RunStore,
} from '@gantry/core'
import { type JobExecutor, labelsOf, orderOf, type PlannedJob } from '@gantry/runner'
import type { LiveHub } from '../live/live-hub.ts'
import { endedJob } from './failed-job.ts'
import { jobWakeUp } from './job-wake-up.ts'

export interface RunnerExecutorParts {
  project: string
  runners: RunnerStore
  runs: Pick<RunStore, 'appendLog' | 'clearLog' | 'lastLine'>
  live: LiveHub
  provide: JobExecutor['provide']
  /** Seals what must not be read in the database. */
  seal(text: string, jobId: string): Promise<string>
  /** Aborted when this process stops: whoever comes next follows the jobs. */
  leave: AbortSignal
  now(): Date
  log: { error(facts: object, message: string): void }
}

/** A job that loses its runner so many times takes its runner down itself. */
const lossesAtMost = 3
/** Where another server heard the runner, and the word of it gets lost. */
const lookEveryMs = 1_000

/** Has jobs executed by runners: puts them into their queue and follows what they report. */
export function runnerExecutor(parts: RunnerExecutorParts): JobExecutor {
  return {
    provide: parts.provide,
    execute: planned => new Following(parts, planned).toTheEnd(),
    async goesOn(run, job) {
      const [known] = await parts.runners.jobs([idOf(run, job.id, job.attempt)])
      return known !== undefined && known.state !== 'lost' && known.state !== 'returned'
    },
  }
}

class Following {
  readonly #parts: RunnerExecutorParts
  readonly #planned: PlannedJob
  #losses = 0

  constructor(parts: RunnerExecutorParts, planned: PlannedJob) {
    this.#parts = parts
    this.#planned = planned
  }

  async toTheEnd(): Promise<void> {
    const { job, run, cancel } = this.#planned
    for (;;) {
      const attempt = job.status === 'in_progress' ? job.attempt : job.attempt + 1
      const id = idOf(run, job.id, attempt)
      const refused = await this.#enqueue(id, attempt).catch(refusedBy)
      if (refused !== undefined) return this.#end('failure', refused, attempt)
      const ended = await this.#followed(id)
      if (ended === null || ended.state === 'done') return
      if (cancel.signal.aborted) return this.#end('cancelled', undefined, attempt)
      if (ended.state === 'lost') this.#losses += 1
      if (this.#losses >= lossesAtMost) return this.#end('failure', lostTooOften, attempt)
      this.#again(attempt)
    }
  }

  async #enqueue(id: string, attempt: number): Promise<void> {
    const { project, runners, live, seal, now } = this.#parts
    const { run, job } = this.#planned
    if ((await runners.jobs([id])).length > 0) return
    const linesBefore = await this.#linesBefore(attempt)
    const { secrets, vars } = await this.#planned.values()
    const isWithout = [secrets.repository, secrets.environment].every(values => Object.keys(values).length === 0)
    const sealed = isWithout ? null : await seal(JSON.stringify(secrets), id)
    const order = { ...orderOf(this.#planned, vars, linesBefore) }
    const facts = { id, project, runId: run.id, jobId: job.id, attempt, sealed }
    await runners.enqueue({
      ...facts,
      labels: labelsOf(this.#planned, vars),
      createdAt: now().toISOString(),
      body: order,
    })
    live.tell({ topic: 'runner', project, key: id })
  }

  /** What a runner said before it was gone stays, with a word of it. A job that a person starts again begins with nothing. */
  async #linesBefore(attempt: number): Promise<number> {
    const { project, runners, runs, live, now } = this.#parts
    const { run, job } = this.#planned
    if (attempt === 1) return 0
    const [former] = await runners.jobs([idOf(run, job.id, attempt - 1)])
    if (former?.state !== 'lost' && former?.state !== 'returned') {
      await runs.clearLog(project, run.id, job.id)
      return 0
    }
    const seq = (await runs.lastLine(project, run.id, job.id)) + 1
    const why = former.state === 'lost' ? 'its runner was gone' : 'its runner stopped'
    const text = `##[warning]${why}: the job begins again, attempt ${attempt}`
    const lines = [{ seq, step: 1, at: now().toISOString(), text }]
    await runs.appendLog(project, run.id, job.id, lines)
    live.tell({ topic: 'run-log', project, key: run.id, part: job.id, lines })
    return seq
  }

  /** As it ended; null when this process leaves it to another. */
  async #followed(id: string): Promise<JobProgress | null> {
    const { leave, log } = this.#parts
    const { cancel } = this.#planned
    const wakeUp = jobWakeUp(this.#parts.live, key => key === id)
    const seen = { isCancelled: false, reported: '' }
    try {
      while (!leave.aborted) {
        try {
          const ended = await this.#look(id, seen)
          if (ended !== null) return ended
        } catch (cause) {
          log.error({ err: cause, job: id }, 'a job could not be followed')
        }
        await wakeUp.wait(lookEveryMs, AbortSignal.any([leave, ...(seen.isCancelled ? [] : [cancel.signal])]))
      }
      return null
    } finally {
      wakeUp.stop()
    }
  }

  /** Null while it goes on. */
  async #look(id: string, seen: { isCancelled: boolean; reported: string }): Promise<JobProgress | null> {
    if (this.#planned.cancel.signal.aborted && !seen.isCancelled) seen.isCancelled = await this.#cancel(id)
    const [progress] = await this.#parts.runners.jobs([id])
    if (!progress) return gone(id)
    const reported = JSON.stringify([progress.state, progress.reported])
    if (reported !== seen.reported) this.#hear(progress)
    seen.reported = reported
    return progress.state === 'queued' || progress.state === 'claimed' ? null : progress
  }

  async #cancel(id: string): Promise<true> {
    await this.#parts.runners.cancel(id, 'the run was cancelled')
    this.#parts.live.tell({ topic: 'runner', project: this.#parts.project, key: id })
    return true
  }

  /** Of what a runner says only what is its to say: not its name, its place in the run, or what it needs. */
  #hear({ reported, state }: JobProgress): void {
    if (reported === null) return
    const { status, conclusion, startedAt, completedAt, steps, outputs, annotations, attempt } = reported
    const { summary, environmentUrl } = reported
    // Its end counts when the last of what it said is kept.
    if (status === 'completed' && state !== 'done') return
    const { job } = this.#planned
    const known = { conclusion, startedAt, completedAt, summary, environmentUrl }
    const given = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
    Object.assign(job, { status, steps, outputs, annotations, attempt, ...given })
    this.#planned.changed()
  }

  #again(attempt: number): void {
    const { job, changed } = this.#planned
    for (const name of ['startedAt', 'completedAt', 'conclusion', 'summary', 'environmentUrl'] as const)
      delete job[name]
    Object.assign(job, { status: 'queued', attempt, steps: [], outputs: {}, annotations: [] })
    changed()
  }

  #end(conclusion: 'failure' | 'cancelled', message: string | undefined, attempt: number): void {
    const { job, changed } = this.#planned
    Object.assign(job, endedJob(job, conclusion, message, this.#parts.now()), { attempt })
    changed()
  }
}

/** One that is not let into its environment gets no secret of it, and fails. What is no answer about the job is thrown. */
function refusedBy(cause: unknown): string {
  if (cause instanceof GantryError) return `${cause.message}\n${cause.hint}`
  throw cause
}

const lostTooOften = `the runner of this job was gone ${lossesAtMost} times before the job ended: it may need more memory or disk than the runner has`

/** Forgotten long after its end, by a server that slept. */
const gone = (id: string): JobProgress => ({
  ...{ id, project: '', runId: '', jobId: '', attempt: 0, createdAt: '', runnerId: null, version: null },
  ...{ state: 'lost', reported: null, cancelledBecause: null },
})

/** The same for the same attempt of the same job, whoever asks: so that it is put into the queue once. */
const idOf = (run: Pick<RunState, 'id' | 'attempt'>, jobId: JobState['id'], attempt: number): string =>
  createHash('sha256')
    .update(JSON.stringify([run.id, run.attempt, jobId, attempt]))
    .digest('hex')
    .slice(0, 32)
