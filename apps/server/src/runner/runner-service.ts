import { createHash } from 'node:crypto'
import {
  canRun,
  type FollowedJob,
  GantryError,
  type GivenJob,
  type HeldJob,
  type JobProgress,
  type Lease,
  type LeaseStore,
  leaseOfJob,
  type Runner,
  type RunnerHello,
  type RunnerNews,
  type RunnerReport,
  type RunnerStore,
  type RunnerWelcome,
  runnerTimes,
} from '@gantry/core'
import type { LiveHub } from '../live/live-hub.ts'
import { failedJob } from './failed-job.ts'
import { jobWakeUp } from './job-wake-up.ts'

export interface RunnerServiceParts {
  runners: RunnerStore
  leases: LeaseStore
  live: LiveHub
  /** What a runner gets beside the job itself: secrets, in memory alone. */
  secretsOf(job: FollowedJob, runner: Runner): Promise<Pick<GivenJob, 'secrets' | 'env' | 'shownEnv'>>
  /** Nothing of the job runs any more. */
  onEnded(job: JobProgress): Promise<void>
  now(): Date
  log: { error(facts: object, message: string): void }
  times?: { ttlMs: number; renewEveryMs: number; waitMs: number }
}

const queuedAtOnce = 500
/** Where another server may put a job into the queue, or the word of it gets lost. */
const lookEveryMs = 1_000
const seenEveryMs = 5_000

export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex')

/** Hands jobs to runners, hears what becomes of them, and notices when a runner is gone. */
export class RunnerService {
  readonly #parts: RunnerServiceParts
  readonly #times: { ttlMs: number; renewEveryMs: number; waitMs: number }

  constructor(parts: RunnerServiceParts) {
    this.#parts = parts
    this.#times = parts.times ?? runnerTimes
  }

  /** @throws GantryError RUNNER_UNKNOWN */
  async runnerOf(authorization: string | undefined): Promise<Runner> {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1]
    const runner = token === undefined ? null : await this.#parts.runners.byToken(hashOfToken(token))
    if (runner) return runner
    throw new GantryError('RUNNER_UNKNOWN', 'expected the token of a runner, got another or none')
  }

  async hello(runner: Runner, { version, about, labels }: RunnerHello): Promise<RunnerWelcome> {
    await this.loseJobsOf(runner.id)
    const known = labels ?? runner.labels
    await this.#parts.runners.seen(runner.id, { version, about, labels: known })
    return { id: runner.id, name: runner.name, labels: known, renewEveryMs: this.#times.renewEveryMs }
  }

  /** Answers as soon as there is a job for it or news of those it has; with neither when the time is over. */
  async wait(
    runner: Runner,
    { held, hasRoom }: { held: HeldJob[]; hasRoom: boolean },
    signal: AbortSignal,
  ): Promise<RunnerNews> {
    const deadline = performance.now() + this.#times.waitMs
    const wakeUp = jobWakeUp(this.#parts.live)
    try {
      await this.#seen(runner)
      const astray = hasRoom ? await this.#astray(runner, held) : null
      if (astray !== null) return { job: astray, cancelled: [], lost: [] }
      for (;;) {
        const news = await this.#newsOf(runner, held)
        const job = hasRoom && !signal.aborted ? await this.#nextFor(runner) : null
        if (job !== null || news.cancelled.length > 0 || news.lost.length > 0) return { ...news, job }
        const leftMs = deadline - performance.now()
        if (leftMs <= 0 || signal.aborted) return news
        await wakeUp.wait(Math.min(leftMs, lookEveryMs), signal)
      }
    } finally {
      wakeUp.stop()
    }
  }

  /** It lives, and goes on with these. */
  async renew(runner: Runner, held: readonly HeldJob[]): Promise<RunnerNews> {
    await this.#seen(runner)
    return this.#newsOf(runner, held)
  }

  async #newsOf(runner: Runner, held: readonly HeldJob[]): Promise<RunnerNews> {
    if (held.length === 0) return { job: null, cancelled: [], lost: [] }
    const { runners, leases } = this.#parts
    const own = (await runners.claimed(runner.id)).filter(job =>
      held.some(({ id, version: of }) => job.id === id && job.version === of),
    )
    const still = new Set(await leases.renew(own.map(leaseUnder), this.#times.ttlMs))
    const kept = own.filter(job => job.version !== null && still.has(job.version))
    const isToldOf = (id: string) => held.some(job => job.id === id && job.isCancelled)
    const cancelled = kept.filter(({ id, cancelledBecause }) => cancelledBecause !== null && !isToldOf(id))
    const lost = held.filter(({ id }) => !kept.some(job => job.id === id)).map(({ id }) => id)
    return { job: null, cancelled: cancelled.map(({ id }) => id), lost }
  }

  /** @throws GantryError LEASE_LOST when the job is another's, or ended */
  async report(runner: Runner, id: string, { version, ...news }: RunnerReport): Promise<void> {
    const { runners, leases, live } = this.#parts
    const lease = { project: null, kind: 'job', name: id, owner: runner.id, version }
    const job = await runners.report(lease, news)
    if (news.lines?.length)
      live.tell({ topic: 'run-log', project: job.project, key: job.runId, part: job.jobId, lines: news.lines })
    if (news.job !== undefined || news.end !== undefined) live.tell({ topic: 'runner', project: job.project, key: id })
    if (news.end === undefined) return
    await leases.release(lease)
    await this.#parts.onEnded(job)
  }

  /** The job of a runner, for what it reads and writes beside. @throws GantryError LEASE_LOST */
  async jobOf(runner: Runner, id: string): Promise<FollowedJob> {
    const job = await this.#parts.runners.claimedJob(id)
    if (job?.runnerId === runner.id) return job
    throw new GantryError('LEASE_LOST', `runner ${runner.name} does not have the job ${id}`)
  }

  /** A runner ends in order: what it has goes to another. */
  goodbye = (runner: Runner): Promise<void> => this.#giveUp(runner.id, 'returned')

  /** A runner is certainly gone. */
  loseJobsOf = (runnerId: string): Promise<void> => this.#giveUp(runnerId, 'lost')

  /** Takes jobs from runners that were silent for too long. */
  async loseSilent(): Promise<void> {
    const { runners, leases } = this.#parts
    const held = new Set((await leases.held({ kind: 'job' })).map(({ version }) => version))
    for (const job of await runners.claimed()) {
      if (job.version !== null && held.has(job.version)) continue
      // One of several servers does it; and a runner that just came back keeps its job.
      const taken = await leases.claim(leaseOfJob(job), 'a server', this.#times.ttlMs)
      if (taken === null) continue
      await this.#end(job, 'lost')
      await leases.release(taken)
    }
  }

  async #giveUp(runnerId: string, state: 'lost' | 'returned'): Promise<void> {
    for (const job of await this.#parts.runners.claimed(runnerId)) {
      await this.#parts.leases.release(leaseUnder(job))
      await this.#end(job, state)
    }
  }

  async #end(job: JobProgress, state: 'lost' | 'returned'): Promise<void> {
    await this.#parts.runners.end(job.id, state)
    this.#parts.live.tell({ topic: 'runner', project: job.project, key: job.id })
    await this.#parts.onEnded(job)
  }

  /** Often enough for people to see who lives. */
  async #seen({ id, version, about, labels, lastSeenAt }: Runner): Promise<void> {
    const { runners, now } = this.#parts
    if (lastSeenAt !== null && now().getTime() - Date.parse(lastSeenAt) < seenEveryMs) return
    await runners.seen(id, { version, about, labels })
  }

  /** It asks for one, so it has no other than those it names: the answer that brought this one went astray. */
  async #astray(runner: Runner, held: readonly HeldJob[]): Promise<GivenJob | null> {
    const { runners, leases } = this.#parts
    const astray = (await runners.claimed(runner.id)).find(({ id }) => !held.some(job => job.id === id))
    if (!astray) return null
    const job = await runners.claimedJob(astray.id)
    const [still] = await leases.renew([leaseUnder(astray)], this.#times.ttlMs)
    return job && still !== undefined ? this.#given(job, runner) : null
  }

  async #nextFor(runner: Runner): Promise<GivenJob | null> {
    const { runners, leases } = this.#parts
    for (const waiting of await runners.queued(queuedAtOnce)) {
      if (!canRun(runner.labels, waiting.labels)) continue
      const lease = await leases.claim(leaseOfJob(waiting), runner.id, this.#times.ttlMs)
      if (lease === null) continue
      const job = await runners.claim(lease)
      if (job === null) {
        await leases.release(lease)
        continue
      }
      this.#parts.live.tell({ topic: 'runner', project: job.project, key: job.id })
      const given = await this.#given(job, runner)
      if (given) return given
    }
    return null
  }

  async #given(job: FollowedJob, runner: Runner): Promise<GivenJob | null> {
    const { id, version, project, runId, jobId, attempt, body } = job
    if (version === null) return null
    try {
      return { id, version, project, runId, jobId, attempt, body, ...(await this.#parts.secretsOf(job, runner)) }
    } catch (cause) {
      this.#parts.log.error({ err: cause, runId, jobId }, 'a job could not be handed out')
      const message = cause instanceof GantryError ? `${cause.message}\n${cause.hint}` : 'its secrets could not be read'
      const failed = failedJob(body, `this job was not started: ${message}`, this.#parts.now())
      await this.report(runner, id, { version, job: failed, end: 'done' })
      return null
    }
  }
}

const leaseUnder = ({ project, id, runnerId, version }: JobProgress): Lease => ({
  ...leaseOfJob({ project, id }),
  owner: runnerId ?? '',
  version: version ?? 0,
})
