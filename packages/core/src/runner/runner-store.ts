import type { Lease } from '../lease/lease.ts'
import type { JobState, LogLine } from '../run/run.ts'
import type { FollowedJob, JobProgress, Runner, RunnerJob } from './runner.ts'

/** The runners of a server, and the jobs that wait for them. */
export interface RunnerStore {
  /** Adds a runner, or changes the one of that id. @throws GantryError RUNNER_NAME_TAKEN when another has its name */
  save(runner: Omit<Runner, 'createdAt' | 'lastSeenAt' | 'version' | 'about'>, tokenHash: string): Promise<void>
  /** The one a token belongs to; null when it was removed. */
  byToken(tokenHash: string): Promise<Runner | null>
  /** Says that it lives. */
  seen(id: string, facts: Pick<Runner, 'version' | 'about' | 'labels'>): Promise<void>
  /** What `runs-on` may ask of it from now on. False when there is none. */
  label(id: string, labels: string[]): Promise<boolean>
  /** By name. */
  list(): Promise<Runner[]>
  /** False when there is none. Its token is worth nothing from then on. */
  remove(id: string): Promise<boolean>

  /** Puts a job into the queue, unless it is there already or was. */
  enqueue(job: RunnerJob): Promise<void>
  /** Those of these ids that there are. */
  jobs(ids: readonly string[]): Promise<JobProgress[]>
  /** What waits for a runner, the oldest first. */
  queued(limit: number): Promise<Pick<RunnerJob, 'id' | 'project' | 'labels' | 'runId' | 'jobId' | 'createdAt'>[]>
  /** What runners are busy with. */
  claimed(runnerId?: string): Promise<JobProgress[]>
  /** One of those, with all it was claimed with. */
  claimedJob(id: string): Promise<FollowedJob | null>
  /** Gives a queued job to the runner that holds its lease. Null when it waits no more: the lease is to be released. */
  claim(lease: Lease): Promise<FollowedJob | null>
  /**
   * Keeps how a job stands, and its output. Lines that are known are ignored.
   * @throws GantryError LEASE_LOST when the job is another's by now: nothing is kept
   */
  report(lease: Lease, news: JobNews): Promise<JobProgress>
  /** Ends a job that nobody executes any more. Answers false when it had ended. */
  end(id: string, state: 'done' | 'lost' | 'returned'): Promise<boolean>
  /** Asks whoever has the job to stop; one that nobody has is done with. Answers false when it had ended. */
  cancel(id: string, because: string): Promise<boolean>
  /** Forgets jobs that ended before then. Answers how many those were. */
  pruneJobs(before: string): Promise<number>
}

/** What a runner tells of a job; `end` is the last word. */
export interface JobNews {
  job?: JobState | undefined
  lines?: LogLine[] | undefined
  end?: 'done' | 'returned' | undefined
}
