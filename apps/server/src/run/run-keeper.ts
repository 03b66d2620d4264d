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
export interface RunKeeper {
  start(request: RunRequest): Promise<RunState>
  /** Looks at a waiting run again, e.g. after an approval. */
  proceed(runId: string): void
  cancel(runId: string): Promise<RunState>
  rerun(runId: string): Promise<RunState>
  resume(): Promise<void>
  /** Lets every running step end as a cancelled one would, without recording it as cancelled: the next start takes it up. */
  stop(): Promise<void>
}

const atOnce = 2

export function createRunKeeper(parts: RunKeeperParts): RunKeeper {
  const queue: string[] = []
  const active = new Map<string, { controller: AbortController; done: Promise<void> }>()
  const again = new Set<string>()
  let isStopping = false

  const enqueue = (runId: string) => {
    if (active.has(runId)) again.add(runId)
    else if (!queue.includes(runId)) queue.push(runId)
    pump()
  }
  const pump = () => {
    while (!isStopping && active.size < atOnce) {
      const runId = queue.shift()
      if (!runId) return
      const controller = new AbortController()
      const done = carryOut(runId, controller.signal).catch(cause =>
        parts.log.error({ err: cause, runId }, 'run could not be carried out'),
      )
      active.set(runId, { controller, done: done.then(() => finished(runId)) })
    }
  }
  const finished = (runId: string) => {
    active.delete(runId)
    if (again.delete(runId)) enqueue(runId)
    pump()
  }

  async function carryOut(runId: string, signal: AbortSignal): Promise<void> {
    const run = await found(runId)
    if (run.status === 'completed') return
    const writer = createStateWriter(parts.project, run, parts.runs, parts.live)
    const ended = await performed(run, writer, signal)
    writer.hear({ kind: 'run', run: ended })
    await writer.flush()
    if (ended.status === 'completed' && !isStopping) await parts.onCompleted(ended)
  }

  async function performed(run: RunState, writer: StateWriter, signal: AbortSignal): Promise<RunState> {
    try {
      const workflow = readWorkflow(run.workflowPath, await parts.workflowText(run.sha, run.workflowPath))
      const env = await parts.tokenFor(run)
      for (const job of run.jobs) if (job.status === 'in_progress') await parts.runs.clearLog(run.id, job.id)
      return await runWorkflow(workflow, run, {
        ...parts.machine,
        stepEnv: () => env,
        approve: parts.approve,
        on: writer.hear,
        signal,
        now: parts.now,
      })
    } catch (cause) {
      if (!(cause instanceof GantryError)) throw cause
      return refused(run, cause, parts.now().toISOString())
    }
  }

  async function found(runId: string): Promise<RunState> {
    const run = await parts.runs.get(parts.project, runId)
    if (run) return run
    throw new GantryError('NOT_FOUND', `no run ${runId}`)
  }

  return {
    async start(request) {
      const run = await planned(request, parts)
      await parts.runs.save(parts.project, run)
      parts.live.tell({ topic: 'run', key: run.id })
      if (run.status === 'completed') await parts.onCompleted(run)
      else enqueue(run.id)
      return run
    },
    proceed: enqueue,
    async cancel(runId) {
      const running = active.get(runId)
      running?.controller.abort()
      await running?.done
      const run = await found(runId)
      if (run.status === 'completed') return run
      const cancelled = cancelledRun(run, parts.now().toISOString())
      await parts.runs.save(parts.project, cancelled)
      parts.live.tell({ topic: 'run', key: runId })
      await parts.onCompleted(cancelled)
      return cancelled
    },
    async rerun(runId) {
      const { workflowPath, event, eventPayload, inputs, ref, sha, actor, title } = await found(runId)
      return this.start({ workflowPath, event, payload: eventPayload, inputs, ref, sha, actor, title })
    },
    async resume() {
      for (const run of await parts.runs.unfinished(parts.project)) enqueue(run.id)
    },
    async stop() {
      isStopping = true
      const running = [...active.entries()]
      const before = await Promise.all(running.map(([runId]) => parts.runs.get(parts.project, runId)))
      for (const [, { controller }] of running) controller.abort()
      await Promise.all(running.map(([, { done }]) => done))
      // What was under way is not a failure of the run: the state from before the stop is what the next start takes up.
      for (const run of before) if (run && run.status !== 'completed') await parts.runs.save(parts.project, run)
    },
  }
}

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
