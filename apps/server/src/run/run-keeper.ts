import { GantryError, type RunState, type RunStore } from '@gantry/core'
import { type JobExecutor, type RunHost, scheduleRun } from '@gantry/runner'
import { planRun } from '@gantry/workflow'
import type { ProjectLive } from '../live/project-live.ts'
import { type Concurrency, concurrencyOf, supersededBy } from './concurrency.ts'
import { brokenRun, cancelledRun, refusedRun } from './ended-run.ts'
import { readWorkflow } from './read-workflow.ts'
import { createStateWriter, type StateWriter } from './state-writer.ts'

export interface RunRequest {
  /** Chosen by callers who may ask twice for the same run; else a new one. */
  id?: string
  workflowPath: string
  event: string
  payload: Record<string, unknown>
  inputs: Record<string, unknown>
  ref: string
  sha: string
  actor: string
  title: string
  /** Who wrote the commit. */
  author: string
  /** Why it cannot be carried out, known before: the run is red from the start and says so. */
  fault?: GantryError
}

export interface RunKeeperParts {
  project: string
  runs: RunStore
  live: ProjectLive
  /** Text of a workflow file at a commit. */
  workflowText(sha: string, path: string): Promise<string>
  /** Who executes the jobs of a run; `leave` is aborted when this process goes on with it no more. */
  executor(hear: StateWriter['hear'], leave: AbortSignal): JobExecutor
  /** What is set for jobs, as it is when a run begins. */
  values(): Promise<Pick<RunHost, 'vars' | 'valuesFor'>>
  approve: RunHost['approve']
  /** Of a run that is over, whatever became of its jobs. */
  revokeTokens(runId: string): Promise<void>
  /** Runs that are carried out at a time; the others wait. */
  runsAtOnce: number
  onCompleted(run: RunState): Promise<void>
  now(): Date
  newId(): string
  log: { error(facts: object, message: string): void }
}

/**
 * Queues runs, carries them out, and takes up after a restart what was not finished: plans and judges them, while others
 * execute their jobs. Of the runs of one concurrency group only the oldest unfinished one is carried out.
 */
export class RunKeeper {
  readonly #parts: RunKeeperParts
  readonly #queue: string[] = []
  readonly #active = new Map<string, { controller: AbortController; done: Promise<void> }>()
  /** Runs that were asked for again while they were carried out. */
  readonly #again = new Set<string>()
  readonly #groups = new Map<string, Concurrency | null>()
  /** Runs that are being ended because a newer one of their group took their place. */
  readonly #ending = new Map<string, Promise<void>>()
  /** Runs that are being cancelled: they keep their turn, and do not begin meanwhile. */
  readonly #cancelling = new Set<string>()
  readonly #starting = new Map<string, Promise<RunState>>()
  readonly #leave = new AbortController()

  constructor(parts: RunKeeperParts) {
    this.#parts = parts
  }

  /** Asked twice for a run of the same id, it starts one. */
  start(request: RunRequest): Promise<RunState> {
    const { id } = request
    if (id === undefined) return this.#started(request)
    const starting =
      this.#starting.get(id) ??
      this.#parts.runs
        .get(this.#parts.project, id)
        .then(known => known ?? this.#started(request))
        .finally(() => this.#starting.delete(id))
    this.#starting.set(id, starting)
    return starting
  }

  async #started(request: RunRequest): Promise<RunState> {
    const { runs, project, live } = this.#parts
    const run = await planned(request, this.#parts)
    await runs.save(project, run)
    live.tell({ topic: 'run', key: run.id })
    if (run.status === 'completed') await this.#parts.onCompleted(run)
    else await this.#lineUp(run)
    return run
  }

  /** Looks at a run again, e.g. after an approval. */
  proceed(runId: string): void {
    if (this.#active.has(runId)) this.#again.add(runId)
    else if (!this.#queue.includes(runId)) this.#queue.push(runId)
    this.#pump()
  }

  /** `because` is written beside every job that did not come to its end. */
  async cancel(runId: string, because?: string): Promise<RunState> {
    this.#cancelling.add(runId)
    try {
      return await this.#cancelled(runId, because)
    } finally {
      this.#cancelling.delete(runId)
      this.#pump()
    }
  }

  async #cancelled(runId: string, because?: string): Promise<RunState> {
    const { runs, project, live, now } = this.#parts
    const running = this.#active.get(runId)
    running?.controller.abort()
    await running?.done
    const run = await this.#found(runId)
    // What was over before stays as it is; what this ended says why.
    if (run.status === 'completed' && (!running || run.conclusion !== 'cancelled' || !because)) return run
    const cancelled = cancelledRun(run, now().toISOString(), because)
    await runs.save(project, cancelled)
    live.tell({ topic: 'run', key: runId })
    if (run.status !== 'completed') await this.#completed(cancelled)
    return cancelled
  }

  async rerun(runId: string): Promise<RunState> {
    const { eventPayload: payload, author = '', ...run } = await this.#found(runId)
    const { workflowPath, event, inputs, ref, sha, actor, title } = run
    return this.start({ workflowPath, event, payload, inputs, ref, sha, actor, title, author })
  }

  async resume(): Promise<void> {
    const { runs, project, log } = this.#parts
    for (const run of await runs.unfinished(project)) {
      // One that cannot be lined up must not keep the others from it.
      await this.#lineUp(run).catch(cause => log.error({ err: cause, runId: run.id }, 'a run could not be lined up'))
    }
  }

  /** Leaves every run as it stands; what is executed of it goes on, and the next start joins it. */
  async stop(): Promise<void> {
    this.#leave.abort()
    await Promise.all([...this.#active.values()].map(({ done }) => done))
    await Promise.all(this.#ending.values())
  }

  /** Starts the run, or leaves it queued behind the one that holds its group; ends those it takes the place of. */
  async #lineUp(run: RunState): Promise<void> {
    const concurrency = await this.#concurrencyOf(run)
    if (!concurrency) return this.proceed(run.id)
    const members = await this.#unfinishedOf(concurrency.group)
    const place = members.findIndex(({ id }) => id === run.id)
    // A newer one has taken its place already.
    if (place === -1) return
    const earlier = members.slice(0, place)
    const because = `${run.workflowName} #${run.number} took its place in the concurrency group ${concurrency.group}`
    for (const { id } of supersededBy(concurrency, earlier)) this.#endFor(id, because)
    if (earlier.length === 0) this.proceed(run.id)
  }

  #endFor(runId: string, because: string): void {
    if (this.#ending.has(runId)) return
    const ended = this.cancel(runId, because)
      .catch(cause => this.#parts.log.error({ err: cause, runId }, 'a superseded run could not be ended'))
      .then(() => void this.#ending.delete(runId))
    this.#ending.set(runId, ended)
  }

  /** Oldest first. */
  async #unfinishedOf(group: string): Promise<RunState[]> {
    const members: RunState[] = []
    for (const run of await this.#parts.runs.unfinished(this.#parts.project))
      if ((await this.#concurrencyOf(run))?.group === group) members.push(run)
    return members
  }

  async #concurrencyOf(run: RunState): Promise<Concurrency | null> {
    const known = this.#groups.get(run.id)
    if (known !== undefined) return known
    const text = await this.#parts.workflowText(run.sha, run.workflowPath).catch(() => null)
    const concurrency = text === null ? null : concurrencyOrNone(run, text)
    this.#groups.set(run.id, concurrency)
    return concurrency
  }

  /** Whoever waited for this run's place in its group gets it. */
  async #completed(run: RunState): Promise<void> {
    const concurrency = await this.#concurrencyOf(run)
    this.#groups.delete(run.id)
    const next =
      concurrency && !this.#leave.signal.aborted ? (await this.#unfinishedOf(concurrency.group))[0] : undefined
    if (next) this.proceed(next.id)
    await this.#parts.onCompleted(run)
  }

  #pump(): void {
    while (!this.#leave.signal.aborted && this.#active.size < this.#parts.runsAtOnce) {
      const place = this.#queue.findIndex(waiting => !this.#cancelling.has(waiting))
      const [runId] = place === -1 ? [] : this.#queue.splice(place, 1)
      if (!runId) return
      const controller = new AbortController()
      const done = this.#carryOut(runId, controller.signal)
        .catch(cause => this.#broken(runId, cause))
        .then(ended => (ended?.status === 'completed' ? this.#over(ended) : undefined))
        .catch(cause => this.#parts.log.error({ err: cause, runId }, 'a run could not be ended'))
        .then(() => this.#finished(runId))
      this.#active.set(runId, { controller, done })
    }
  }

  async #over(run: RunState): Promise<void> {
    await this.#parts.revokeTokens(run.id)
    await this.#completed(run)
  }

  /** What fails here is a fault of ours: the run ends red and says so, for whoever waits for it, or for its group. */
  async #broken(runId: string, cause: unknown): Promise<RunState | null> {
    const { runs, project, live, log, now } = this.#parts
    log.error({ err: cause, runId }, 'run could not be carried out')
    // The next start takes it up again.
    if (this.#leave.signal.aborted) return null
    const run = await this.#found(runId)
    // Its result is known and stands; only some of its output could not be kept.
    if (run.status === 'completed') return run
    const broken = brokenRun(run, now().toISOString())
    await runs.save(project, broken)
    live.tell({ topic: 'run', key: runId })
    return broken
  }

  #finished(runId: string): void {
    this.#active.delete(runId)
    if (this.#again.delete(runId)) this.proceed(runId)
    this.#pump()
  }

  /** Null when nothing was left to do. */
  async #carryOut(runId: string, signal: AbortSignal): Promise<RunState | null> {
    const run = await this.#found(runId)
    if (run.status === 'completed') return null
    const writer = createStateWriter(this.#parts.project, run, this.#parts.runs, this.#parts.live)
    const ended = await this.#performed(run, writer, signal)
    writer.hear({ kind: 'run', run: ended })
    await writer.flush()
    return ended
  }

  async #performed(run: RunState, writer: StateWriter, signal: AbortSignal): Promise<RunState> {
    const { workflowText, executor, approve, values, now } = this.#parts
    const leave = this.#leave.signal
    try {
      const workflow = readWorkflow(run.workflowPath, await workflowText(run.sha, run.workflowPath))
      const host = { ...(await values()), approve, on: writer.hear, signal, leave, now }
      return await scheduleRun(workflow, run, host, executor(writer.hear, leave))
    } catch (cause) {
      if (!(cause instanceof GantryError)) throw cause
      return refusedRun(run, cause, now().toISOString())
    }
  }

  async #found(runId: string): Promise<RunState> {
    const run = await this.#parts.runs.get(this.#parts.project, runId)
    if (run) return run
    throw new GantryError('NOT_FOUND', `no run ${runId}`)
  }
}

/** A file that cannot be read still leaves a run behind that says so: red, with the line to mend. */
async function planned(request: RunRequest, parts: RunKeeperParts): Promise<RunState> {
  const now = parts.now().toISOString()
  const facts = {
    id: request.id ?? parts.newId(),
    number: await parts.runs.nextNumber(parts.project, request.workflowPath),
    event: request.event,
    eventPayload: request.payload,
    inputs: request.inputs,
    ref: request.ref,
    sha: request.sha,
    actor: request.actor,
    title: request.title,
    author: request.author,
  }
  try {
    if (request.fault) throw request.fault
    const text = await parts.workflowText(request.sha, request.workflowPath)
    const workflow = readWorkflow(request.workflowPath, text)
    const run = planRun(workflow, { ...facts, repository: `local/${parts.project}`, now: parts.now() })
    concurrencyOf(run, text)
    return { ...run, author: request.author }
  } catch (cause) {
    const unread: RunState = {
      ...facts,
      workflowPath: request.workflowPath,
      workflowName: request.workflowPath,
      status: 'queued',
      createdAt: now,
      attempt: 1,
      jobs: [],
    }
    if (cause instanceof GantryError) return refusedRun(unread, cause, now)
    parts.log.error({ err: cause, ...facts }, 'a run could not be planned')
    return refusedRun(unread, unplannable(request.workflowPath, cause), now)
  }
}

/** A fault of ours in reading one file is that file's run, not the end of everything that was to start with it. */
export const unplannable = (path: string, cause: unknown): GantryError =>
  new GantryError(
    'INTERNAL',
    `${path} could not be looked at: ${cause instanceof Error ? cause.message : cause}`,
    {},
    { cause },
  )

/** A run whose group cannot be told is red by itself. */
function concurrencyOrNone(run: RunState, text: string): Concurrency | null {
  try {
    return concurrencyOf(run, text)
  } catch (cause) {
    if (cause instanceof GantryError) return null
    throw cause
  }
}
