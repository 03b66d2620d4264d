import type { Conclusion, JobState, RunState } from '@gantry/core'
import type { JobSpec, Workflow } from '@gantry/workflow'
import type { Called } from '../call/provide-called.ts'
import { copyOfJob } from './copy-job.ts'
import type { JobExecutor } from './job-executor.ts'
import type { RunHost } from './machine.ts'
import type { Ticket } from './ticket.ts'

/** A run in this process: its state, and the jobs that are under way. */
export interface Flight {
  /** A copy: jobs of called workflows join those of the file, below their caller, under keys of the whole run. */
  workflow: Workflow
  called: Called
  /** Where jobs that were called are from, by key. */
  homes: Map<string, Home>
  /** Jobs that came to their concurrency groups, by id, in the order of coming. */
  tickets: Map<string, Ticket>
  run: RunState
  machine: RunHost
  executor: JobExecutor
  running: Map<string, { done: Promise<void>; cancel: AbortController }>
  /** Jobs whose `if` was found true, so that it is not asked twice. */
  wanted: Set<string>
  approved: Set<string>
  isCancelled(): boolean
}

/** A called workflow in a run: its jobs are named after the job that called them. */
export interface Home {
  /** `caller / `, in front of every key and id. */
  prefix: string
  workflow: Workflow
  inputs: Record<string, unknown>
  caller: { spec: JobSpec; id: string }
}

/** Ends a job that never ran. */
export function endJob(
  flight: Pick<Flight, 'run' | 'machine'>,
  job: JobState,
  conclusion: Conclusion,
  message?: string,
): void {
  const at = flight.machine.now().toISOString()
  Object.assign(job, { status: 'completed', conclusion, startedAt: job.startedAt ?? at, completedAt: at })
  const level = conclusion === 'failure' ? 'failure' : 'notice'
  if (message !== undefined) job.annotations.push({ level, message })
  reportJob(flight, job)
}

export function reportJob({ run, machine }: Pick<Flight, 'run' | 'machine'>, job: JobState): void {
  machine.on({ kind: 'job', runId: run.id, job: copyOfJob(job) })
}

export function reportRun({ run, machine }: Pick<Flight, 'run' | 'machine'>): void {
  machine.on({ kind: 'run', run: structuredClone(run) })
}
