import type { JobState } from '@gantry/core'
import { jobsOf } from '@gantry/workflow'
import { holdsGroups } from './concurrency.ts'
import { endJob, type Flight } from './flight.ts'
import { maxParallelOf } from './job-scope.ts'

/**
 * Queued jobs that may start now, in the file's order, within the limits of the machine and of their matrix. A job that
 * calls a workflow does no work of its own: it takes no place on the machine.
 */
export function nextToStart(flight: Flight): JobState[] {
  const { run, workflow, running, wanted, machine } = flight
  let free = (machine.maxParallel ?? Number.POSITIVE_INFINITY) - running.size
  const next: JobState[] = []
  for (const spec of workflow.jobs) {
    if (!wanted.has(spec.key)) continue
    const jobs = jobsOf(run, spec.key)
    const limit = limitOf(flight, spec.key)
    const isCaller = spec.call !== undefined
    let underWay = jobs.filter(job => running.has(job.id) || (isCaller && job.status === 'in_progress')).length
    for (const job of jobs) {
      if (underWay >= limit) break
      if (
        job.status !== 'queued' ||
        running.has(job.id) ||
        (job.environment !== undefined && !flight.approved.has(job.id))
      )
        continue
      underWay += 1
      if (!holdsGroups(flight, spec, job) || (free <= 0 && !isCaller)) continue
      next.push(job)
      if (!isCaller) free -= 1
    }
  }
  // One may have been cancelled by another that came to the same concurrency group.
  return next.filter(({ status }) => status === 'queued')
}

/** A `max-parallel` that is no number fails its jobs, with the reason. */
function limitOf(flight: Flight, key: string): number {
  const spec = flight.workflow.jobs.find(job => job.key === key)
  if (spec === undefined) return 0
  try {
    return maxParallelOf(flight, spec) ?? Number.POSITIVE_INFINITY
  } catch (error) {
    for (const job of jobsOf(flight.run, key)) {
      if (job.status !== 'completed')
        endJob(flight, job, 'failure', error instanceof Error ? error.message : String(error))
    }
    return 0
  }
}
