import type { JobCache, JobState, JobValues, RecalledTask, RunEvent, RunState, Sandbox } from '@gantry/core'
import type { CacheEntry } from '../actions/cache/store.ts'
import type { MissingAction } from '../actions/remote/missing-action.ts'
import type { Standstill } from '../job/stood-at.ts'
import type { Limiter } from '../limits/limiter.ts'

/** Where the files of a commit come from. */
export interface Source {
  /** Puts the commit (or any name git resolves) into `dest`, which is an empty folder. `fetchDepth` 0 is all history. */
  checkout(dest: string, ref: { sha: string; ref?: string; fetchDepth: number }): Promise<void>
  /** Puts the files of submodules into a checkout of the run's own ref, those of their submodules too when asked. */
  submodules?(dest: string, isRecursive: boolean): Promise<void>
}

export interface JobSecrets {
  env: Record<string, string>
  end(): Promise<void>
}

/** Artifacts of runs, at the server that this machine executes a job of. */
export interface SharedArtifacts {
  /** Brings here what a run kept, named by its id or the digits of it. Answers its id. */
  provide(asked: string, isWanted: (name: string) => boolean): Promise<string>
  /** Hands on what a job has put into the folder of its run. */
  publish(runId: string, name: string, isOverwriting: boolean): Promise<void>
}

/** Caches of a project, at the server that this machine executes a job of. */
export interface SharedCaches {
  /** The best one for these keys, brought into the folder of caches unless its archive is there. */
  provide(version: string, keys: readonly string[]): Promise<CacheEntry | undefined>
  has(version: string, key: string): Promise<boolean>
  /** Hands on what a job has put there. */
  publish(entry: CacheEntry): Promise<void>
}

export type Approval = 'approved' | 'waiting' | 'rejected'

/** Who carries out a run: what is asked while it is planned and judged, and who hears of it. */
export interface RunHost {
  /** Variables of the repository. What is decided before a job starts sees no others, as on GitHub. */
  vars(): Record<string, string>
  /** What is set for a job: asked for when it starts, so after its approval. One that is refused them fails. */
  valuesFor(job: JobState, run: RunState): Promise<JobValues>
  /** Asked for every job with an environment, once its needs are met and its `if` is true. */
  approve(job: JobState, run: RunState): Promise<Approval>
  /** Answers when the event is stored, or nothing when that is at once: output is read no faster than it is stored. */
  on(event: RunEvent): void | Promise<void>
  /** Aborting it cancels the run the way GitHub does: steps with `always()` still run. */
  signal?: AbortSignal
  /** Aborting it leaves the run as it stands: jobs that are executed elsewhere go on, and nothing is concluded. */
  leave?: AbortSignal
  now(): Date
  /** Jobs at a time; without it as many as are ready. */
  maxParallel?: number
  /**
   * Run one job and those it needs; the others are skipped. With `step`, its place in the job from 0, nothing runs but
   * that step, whatever its `if`, and the checkouts before it.
   */
  only?: { job?: string; step?: number }
  /** Told before any job starts which actions are not here and cannot be had; what can run without them runs. */
  lacks?(missing: readonly MissingAction[]): void
  /** Told of each job and step whether it runs, and why. */
  decided?(decision: Decision): void
}

/** All that a run needs from the computer it runs on. */
export interface Machine extends RunHost {
  /** Every job gets its own clean folder below it, removed afterwards unless `keepWorkspaces`. */
  workDir: string
  source: Source
  artifactsDir: string
  /** Where artifacts lie that `artifactsDir` has copies of while a job lasts; without it they lie there. */
  sharedArtifacts?: SharedArtifacts
  cacheDir: string
  /** Where caches lie that other machines use, too; without it in `cacheDir` alone. */
  sharedCaches?: SharedCaches
  /** How much caches may take together; without it 10 GiB, as on GitHub. */
  cacheBytes?: number
  toolDir: string
  /** Where actions of other repositories are kept, as `owner/name/ref`; without it `gantry/actions` in the user's cache. */
  actionsDir?: string
  /** What they are cloned from, followed by `/owner/name`: a URL or a folder; without it https://github.com. */
  actionsMirror?: string
  /** Base environment of steps (PATH, HOME…); nothing of this process's own environment reaches them otherwise. */
  env: Record<string, string>
  /** With it, the processes of jobs run inside of it; without, as the user that runs Gantry, who sees all that is theirs. */
  sandbox?: Sandbox
  /** With it, the processes of a job and its folder are held to limits. */
  limiter?: Limiter
  /** Folders put before PATH in every step. */
  extraPath: string[]
  stepEnv?(job: JobState): Record<string, string>
  /**
   * Secrets that this machine itself gives a job, asked for when it starts: its steps have them as variables, and every
   * output of the job is masked. `end` is called once, when nothing of the job runs any more.
   */
  jobSecrets?(job: JobState, run: RunState): Promise<JobSecrets>
  keepWorkspaces?: boolean
  /** With it the folder of a job that did not succeed stays, and where it stood is told. */
  stoodStill?(jobId: string, at: Standstill): void
  /** Where jobs stood, by id: they go on there instead of starting anew. */
  goOnAt?: ReadonlyMap<string, Standstill>
  /** With it, a job that succeeded before with the same inputs is restored instead of run. */
  cache?: JobCache
  /** Told of each job the cache was asked for, and why it is restored or runs. */
  recalled?(jobId: string, answer: { isHit: boolean; reason: string }): void
  /** The same of each script of a package that a job runs by pnpm. */
  recalledTask?(jobId: string, answer: RecalledTask): void
  /** Asked when a step of a job failed, before anything of it is put away: the job goes on when it answers. */
  lookAtFailure?(failed: FailedStep): Promise<void>
  /** Told of each artifact a job keeps. */
  keptArtifact?(name: string): void
  grace?: Grace
}

export interface Decision {
  job: string
  /** Left out for the job itself. */
  step?: string
  runs: boolean
  why: string
}

/** Where a step failed, as it had it. */
export interface FailedStep {
  job: string
  step: string
  folder: string
  /** Secrets are in it, as they were for the step. */
  env: Record<string, string>
}

/** How long a cancelled step may take, in milliseconds. */
export interface Grace {
  /** From SIGINT to SIGTERM; GitHub waits 7500. */
  interruptMs: number
  /** From SIGTERM to SIGKILL; GitHub waits 2500. */
  terminateMs: number
  /** For everything that still runs after a cancellation; GitHub waits 5 minutes. */
  cancelMs: number
}

export const usualGrace: Grace = { interruptMs: 7_500, terminateMs: 2_500, cancelMs: 300_000 }
