import { availableParallelism } from 'node:os'
import { GantryError, type JobState, type RunState, type RunStore } from '@gantry/core'
import { type Machine, planRun, readWorkflow, runWorkflow } from '@gantry/workflow'
import type { LiveHub } from '../live/live-hub.ts'
import { createStateWriter, type StateWriter } from './state-writer.ts'

export interface RunRequest {
  workflowPath: string
  event: string
  payload: Record<string, unknown>
  inputs: Record<string, unknown>
  ref: string
  sha: string
  actor: string
  title: string
}

export interface RunKeeperParts {
  project: string
  runs: RunStore
  live: LiveHub
  /** Text of a workflow file at a commit. */
  workflowText(sha: string, path: string): Promise<string>
  /** Everything of the machine but what differs by run. */
  machine: Omit<Machine, 'on' | 'signal' | 'approve' | 'stepEnv' | 'now'>
  approve: Machine['approve']
  /** GANTRY_TOKEN of a run's jobs; null for runs that may only read. */
  tokenFor(run: RunState): Promise<Record<string, string>>
  onCompleted(run: RunState): Promise<void>
  now(): Date
  newId(): string
  log: { error(facts: object, message: string): void }
}

/** Queues runs, carries them out two at a time, and takes up after a restart what was not finished. */
export class RunKeeper {
  readonly #parts: RunKeeperParts
  readonly #queue: string[] = []
  readonly #active = new Map<string, { controller: AbortController; done: Promise<void> }>()
  /** Runs that were asked for again while they were carried out. */
  readonly #again = new Set<string>()
  #isStopping = false

  constructor(parts: RunKeeperParts) {
    this.#parts = parts
  }

  async start(request: RunRequest): Promise<RunState> {
    const { runs, project, live } = this.#parts
    const run = await planned(request, this.#parts)
    await runs.save(project, run)
    live.tell({ topic: 'run', key: run.id })
    if (run.status === 'completed') await this.#parts.onCompleted(run)
    else this.proceed(run.id)
    return run
  }

  /** Looks at a run again, e.g. after an approval. */
  proceed(runId: string): void {
    if (this.#active.has(runId)) this.#again.add(runId)
    else if (!this.#queue.includes(runId)) this.#queue.push(runId)
    this.#pump()
  }

  async cancel(runId: string): Promise<RunState> {
    const running = this.#active.get(runId)
    running?.controller.abort()
    await running?.done
    const run = await this.#found(runId)
    if (run.status === 'completed') return run
    const cancelled = cancelledRun(run, this.#parts.now().toISOString())
    await this.#parts.runs.save(this.#parts.project, cancelled)
    this.#parts.live.tell({ topic: 'run', key: runId })
    await this.#parts.onCompleted(cancelled)
    return cancelled
  }

  async rerun(runId: string): Promise<RunState> {
    const { workflowPath, event, eventPayload, inputs, ref, sha, actor, title } = await this.#found(runId)
    return this.start({ workflowPath, event, payload: eventPayload, inputs, ref, sha, actor, title })
  }

  async resume(): Promise<void> {
    for (const run of await this.#parts.runs.unfinished(this.#parts.project)) this.proceed(run.id)
  }

  /** Ends every running step as a cancellation would, but records nothing of it: the next start takes the run up again. */
  async stop(): Promise<void> {
    this.#isStopping = true
    const { runs, project } = this.#parts
    const running = [...this.#active.entries()]
    const before = await Promise.all(running.map(([runId]) => runs.get(project, runId)))
    for (const [, { controller }] of running) controller.abort()
    await Promise.all(running.map(([, { done }]) => done))
    for (const run of before) if (run && run.status !== 'completed') await runs.save(project, run)
  }

  #pump(): void {
    while (!this.#isStopping && this.#active.size < atOnce) {
      const runId = this.#queue.shift()
      if (!runId) return
      const controller = new AbortController()
      const done = this.#carryOut(runId, controller.signal)
        .catch(cause => this.#parts.log.error({ err: cause, runId }, 'run could not be carried out'))
        .then(() => this.#finished(runId))
      this.#active.set(runId, { controller, done })
    }
  }

  #finished(runId: string): void {
    this.#active.delete(runId)
    if (this.#again.delete(runId)) this.proceed(runId)
    this.#pump()
  }

  async #carryOut(runId: string, signal: AbortSignal): Promise<void> {
    const run = await this.#found(runId)
    if (run.status === 'completed') return
    const writer = createStateWriter(this.#parts.project, run, this.#parts.runs, this.#parts.live)
    const ended = await this.#performed(run, writer, signal)
    writer.hear({ kind: 'run', run: ended })
    await writer.flush()
    if (ended.status === 'completed' && !this.#isStopping) await this.#parts.onCompleted(ended)
  }

  async #performed(run: RunState, writer: StateWriter, signal: AbortSignal): Promise<RunState> {
    const { workflowText, tokenFor, runs, machine, approve, now } = this.#parts
    try {
      const workflow = readWorkflow(run.workflowPath, await workflowText(run.sha, run.workflowPath))
      const env = await tokenFor(run)
      for (const job of run.jobs) if (job.status === 'in_progress') await runs.clearLog(run.id, job.id)
      return await runWorkflow(workflow, run, { ...machine, stepEnv: () => env, approve, on: writer.hear, signal, now })
    } catch (cause) {
      if (!(cause instanceof GantryError)) throw cause
      return refused(run, cause, now().toISOString())
    }
  }

  async #found(runId: string): Promise<RunState> {
    const run = await this.#parts.runs.get(this.#parts.project, runId)
    if (run) return run
    throw new GantryError('NOT_FOUND', `no run ${runId}`)
  }
}

const atOnce = 2

/** A file that cannot be read still leaves a run behind that says so: red, with the line to mend. */
async function planned(request: RunRequest, parts: RunKeeperParts): Promise<RunState> {
  const now = parts.now().toISOString()
  const facts = {
    id: parts.newId(),
    number: await parts.runs.nextNumber(parts.project, request.workflowPath),
    event: request.event,
    eventPayload: request.payload,
    inputs: request.inputs,
    ref: request.ref,
    sha: request.sha,
    actor: request.actor,
    title: request.title,
  }
  try {
    const workflow = readWorkflow(request.workflowPath, await parts.workflowText(request.sha, request.workflowPath))
    return planRun(workflow, { ...facts, repository: `local/${parts.project}`, now: parts.now() })
  } catch (cause) {
    if (!(cause instanceof GantryError)) throw cause
    const unread: RunState = {
      ...facts,
      workflowPath: request.workflowPath,
      workflowName: request.workflowPath,
      status: 'queued',
      createdAt: now,
      attempt: 1,
      jobs: [],
    }
    return refused(unread, cause, now)
  }
}

function refused(run: RunState, error: GantryError, now: string): RunState {
  const job: JobState = {
    id: 'read the workflow file',
    key: 'read',
    name: 'read the workflow file',
    needs: [],
    status: 'completed',
    conclusion: 'failure',
    createdAt: now,
    startedAt: now,
    completedAt: now,
    steps: [],
    outputs: {},
    annotations: [
      { level: 'failure', title: error.code, message: `${error.message}\n${error.hint}`, file: run.workflowPath },
    ],
    attempt: 1,
  }
  return {
    ...run,
    status: 'completed',
    conclusion: 'failure',
    startedAt: run.startedAt ?? now,
    completedAt: now,
    jobs: [...run.jobs, job],
  }
}

function cancelledRun(run: RunState, now: string): RunState {
  const jobs = run.jobs.map(
    (job): JobState =>
      job.status === 'completed' ? job : { ...job, status: 'completed', conclusion: 'cancelled', completedAt: now },
  )
  return { ...run, status: 'completed', conclusion: 'cancelled', completedAt: now, jobs }
}

/** Cores of this machine: how many jobs of a run work at once. */
export const jobsAtOnce = (): number => Math.max(2, availableParallelism())
