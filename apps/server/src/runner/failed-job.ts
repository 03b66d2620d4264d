import { JobState, RunState } from '@gantry/core'
import * as z from 'zod'

const Order = z.looseObject({ job: JobState, run: RunState })

/** The job and the run an order is for, as they were when it was planned; the run without its jobs. */
export const orderIn = (body: Record<string, unknown>): { job: JobState; run: RunState } => Order.parse(body)

/** The job of an order, ended before it began. */
export function failedJob(body: Record<string, unknown>, message: string, now: Date): JobState {
  return endedJob(orderIn(body).job, 'failure', message, now)
}

export function endedJob(
  job: JobState,
  conclusion: 'failure' | 'cancelled',
  message: string | undefined,
  now: Date,
): JobState {
  const at = now.toISOString()
  const level = conclusion === 'failure' ? ('failure' as const) : ('notice' as const)
  return {
    ...job,
    status: 'completed',
    conclusion,
    startedAt: job.startedAt ?? at,
    completedAt: at,
    annotations: message === undefined ? job.annotations : [...job.annotations, { level, message }],
  }
}
