import type { Annotation, Cell, JobState, JobUser, RunState, ScriptShells } from '@gantry/core'
import type { JobSpec, Workflow } from '@gantry/workflow'
import type { LimitedJob } from '../limits/limiter.ts'
import type { JobLog } from '../output/job-log.ts'
import type { Masker } from '../output/masker.ts'
import type { ProblemMatcher } from '../output/matcher/problem-matcher.ts'
import type { PipePool } from '../process/pipe-pool.ts'
import type { RunningProcess } from '../process/run-process.ts'
import type { Grace, Machine } from '../run/machine.ts'
import type { Sight } from '../sandbox/sight.ts'
import type { JobFolders } from './job-folders.ts'

/** Everything one running job has. Made when it starts, thrown away when it ends. */
export interface JobRuntime {
  workflow: Workflow
  run: RunState
  spec: JobSpec
  job: JobState
  machine: Machine
  grace: Grace
  folders: JobFolders
  secrets: Record<string, string>
  /** What the machine itself gave the job to keep for itself. They are variables of steps, not `secrets.NAME`. */
  ownSecrets: Record<string, string>
  vars: Record<string, string>
  needs: Record<string, unknown>
  strategy: Record<string, unknown>
  /** `env` of workflow and job, then whatever steps wrote to GITHUB_ENV. */
  env: Record<string, string>
  /** What steps wrote to GITHUB_PATH, newest first. */
  path: string[]
  masker: Masker
  log: JobLog
  pipes: PipePool
  processes: RunningProcess[]
  /** Whose its processes are, when they are not Gantry's own. What is written for them has to be given to it. */
  user?: JobUser
  /** Where its processes run, when the machine has a sandbox. */
  cell?: Cell
  /** What its processes may take, when the machine has a limiter. */
  limited?: LimitedJob
  sight: Sight
  posts: PostStep[]
  /** Problem matchers, last added first; every change makes a new list. */
  matchers: readonly ProblemMatcher[]
  /** Annotations above the limits, by step. */
  unlisted: Map<number, number>
  trackingId: string
  /** When its processes may have begun, as `killLeftovers` counts. */
  since: number
  /** With it, scripts that pnpm runs may be restored. */
  scripts?: ScriptShells
  /** The repository at the commit that runs, apart from the workspace: for `uses: $/path`. */
  ownFiles(): Promise<string>
  /** Where it stood was told: its folder stays. */
  isStuck?: boolean
  /** Aborted when the job is cancelled: by a person, by a failing sibling, by its own timeout. */
  cancelled: AbortSignal
  /** Aborted when even `always()` steps have used up their time. */
  overdue: AbortSignal
  changed(): void
}

/** What an action wants done when the job is over. Last registered, first run. */
export interface PostStep {
  name: string
  /** The condition under which it runs, as in `if:`. */
  when: string
  run(post: { number: number; signal: AbortSignal }): Promise<void>
}

const MAX_PER_LEVEL_AND_STEP = 10
const MAX_PER_JOB = 50

/** Adds an annotation within GitHub's limits: 10 per level and step, 50 per job; the others are counted. */
export function annotate({ job, masker, unlisted }: JobRuntime, annotation: Annotation): void {
  const alike = job.annotations.filter(({ step, level }) => step === annotation.step && level === annotation.level)
  if (job.annotations.length >= MAX_PER_JOB || alike.length >= MAX_PER_LEVEL_AND_STEP) {
    const step = annotation.step ?? 0
    unlisted.set(step, (unlisted.get(step) ?? 0) + 1)
    return
  }
  job.annotations.push({
    ...annotation,
    message: masker.mask(annotation.message),
    ...(annotation.title === undefined ? {} : { title: masker.mask(annotation.title) }),
  })
}

/** Says once for each step how many of its annotations are nowhere but in its output. */
export function sayUnlisted({ log, unlisted }: JobRuntime): void {
  for (const [step, count] of unlisted) {
    log.write(
      step,
      `##[warning]expected at most ${MAX_PER_LEVEL_AND_STEP} annotations of a level in a step and ${MAX_PER_JOB} in a job, got ${count} more; they are in this output only`,
    )
  }
}
