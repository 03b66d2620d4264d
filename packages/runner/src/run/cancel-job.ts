import type { JobState } from '@gantry/core'
import { calledJobs } from './calls.ts'
import { endJob, type Flight } from './flight.ts'

/** Cancels a job with all that it called: what runs is told to stop, what waits ends at once. */
export function cancelJob(flight: Flight, job: JobState, why: string): void {
  flight.running.get(job.id)?.cancel.abort()
  if (isOpen(job)) endJob(flight, job, 'cancelled', why)
  for (const each of calledJobs(flight, job)) cancelJob(flight, each, why)
}

/** It has not begun. */
export function isOpen(job: JobState): boolean {
  return job.status === 'queued' || job.status === 'waiting'
}
