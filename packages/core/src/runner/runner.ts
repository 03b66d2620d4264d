import * as z from 'zod'
import type { Lease } from '../lease/lease.ts'
import type { JobState } from '../run/run.ts'

/** A process that executes jobs, on this machine or another. Its token is kept as a hash. */
export interface Runner {
  id: string
  name: string
  /** What `runs-on` may ask of it; one that ends in `*` stands for every label that begins so. */
  labels: string[]
  /** The one a server starts by itself; people cannot remove it. */
  isOwn: boolean
  createdAt: string
  /** Null until it asked for work once. */
  lastSeenAt: string | null
  version: string | null
  /** Which system it works on and how it shuts jobs in, for people. */
  about: string | null
}

/** A job as runners take it: one attempt, with all that is needed to execute it but its secrets. */
export interface RunnerJob {
  id: string
  project: string
  runId: string
  jobId: string
  /** The attempt that this is, from 1. */
  attempt: number
  /** What `runs-on` asks for. */
  labels: string[]
  createdAt: string
  /** Secrets of the job, sealed with the key of the server; null when it has none. */
  sealed: string | null
  /** What packages/runner makes of a planned job. */
  body: Record<string, unknown>
}

/**
 * How a job stands with runners. `queued`: nobody has it. `claimed`: a runner has, for as long as its lease lasts.
 * `done`: it ended. `lost`: its runner was silent for too long. `returned`: its runner stops and did not end it.
 */
export const RunnerJobState = z.enum(['queued', 'claimed', 'done', 'lost', 'returned'])
export type RunnerJobState = z.output<typeof RunnerJobState>

export interface FollowedJob extends RunnerJob {
  state: RunnerJobState
  runnerId: string | null
  /** Version of the lease it was claimed with. */
  version: number | null
  /** As its runner reported it last. */
  reported: JobState | null
  /** Why nobody is to go on with it. */
  cancelledBecause: string | null
}

/** A job without what it is executed with. */
export type JobProgress = Omit<FollowedJob, 'body' | 'sealed' | 'labels'>

/** The lease under which a runner has a job. */
export const leaseOfJob = ({ project, id }: Pick<RunnerJob, 'project' | 'id'>): Omit<Lease, 'owner' | 'version'> => ({
  project,
  kind: 'job',
  name: id,
})

/** Whether a runner has all that a job asks for. Case counts for nothing, as on GitHub. */
export function canRun(runnerLabels: readonly string[], asked: readonly string[]): boolean {
  const has = runnerLabels.map(label => label.toLowerCase())
  return asked.every(label => has.some(own => fits(own, label.toLowerCase())))
}

const fits = (own: string, asked: string): boolean =>
  own.endsWith('*') ? asked.startsWith(own.slice(0, -1)) : own === asked
