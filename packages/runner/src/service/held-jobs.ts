import type { GivenJob, HeldJob, JobState } from '@gantry/core'

/** A job that this runner executes. */
export interface RunningJob {
  given: GivenJob
  /** As for a job that is cancelled: what has to be done at the end is done. */
  cancel: AbortController
  /** At once, and nothing more of it. */
  kill: AbortController
  done: Promise<void>
}

/** The jobs a runner has, by id. */
export class HeldJobs {
  readonly #jobs = new Map<string, RunningJob>()
  #isStopping = false
  readonly #onChange: () => void

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get size(): number {
    return this.#jobs.size
  }

  list(): HeldJob[] {
    const kept = [...this.#jobs.values()].filter(({ kill }) => !kill.signal.aborted)
    return kept.map(({ given: { id, version }, cancel }) => ({ id, version, isCancelled: cancel.signal.aborted }))
  }

  has(id: string): boolean {
    return this.#jobs.has(id)
  }

  start(given: GivenJob, execute: (job: Omit<RunningJob, 'done'>) => Promise<void>): void {
    const job = { given, cancel: new AbortController(), kill: new AbortController() }
    const done = execute(job).finally(() => {
      this.#jobs.delete(given.id)
      this.#onChange()
    })
    done.catch(() => undefined)
    this.#jobs.set(given.id, { ...job, done })
    if (this.#isStopping) job.cancel.abort()
  }

  cancel(id: string): void {
    this.#jobs.get(id)?.cancel.abort()
  }

  /** It is another's by now. */
  drop(id: string): void {
    const job = this.#jobs.get(id)
    job?.cancel.abort()
    job?.kill.abort()
  }

  dropAll(): void {
    for (const id of this.#jobs.keys()) this.drop(id)
  }

  /** Ends all, those that take longer than `graceMs` at once. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true
    for (const { cancel } of this.#jobs.values()) cancel.abort()
    const late = setTimeout(() => this.dropAll(), graceMs)
    await this.ended()
    clearTimeout(late)
  }

  async ended(): Promise<void> {
    await Promise.allSettled([...this.#jobs.values()].map(({ done }) => done))
  }

  /** Whether another runner is to execute a job that ended like that here. */
  isReturned({ conclusion }: JobState): boolean {
    return this.#isStopping && conclusion === 'cancelled'
  }
}
