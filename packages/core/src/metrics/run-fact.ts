import * as z from 'zod'
import type { JobState, RunState } from '../run/run.ts'

const Instant = z.iso.datetime()

/** One job of a finished run, as figures are made of it. */
export const JobFact = z.object({
  name: z.string(),
  /** What it ran on: the runner's label. */
  runner: z.string(),
  conclusion: z.enum(['success', 'failure', 'cancelled', 'skipped']),
  /** When it could have started: asked for, and all it needs done. */
  queuedAt: Instant,
  /** Null when it never started. */
  startedAt: Instant.nullable(),
  completedAt: Instant,
  attempt: z.int(),
})
export type JobFact = z.output<typeof JobFact>

/** One finished attempt of a run, from whichever runner. */
export const RunFact = z.object({
  source: z.enum(['gantry', 'github']),
  /** Unique among those of its source. */
  id: z.string(),
  attempt: z.int(),
  /** File name under .github/workflows, e.g. `ci.yml`. */
  workflow: z.string(),
  event: z.string(),
  sha: z.string(),
  branch: z.string(),
  conclusion: z.enum(['success', 'failure', 'cancelled', 'skipped']),
  createdAt: Instant,
  completedAt: Instant,
  jobs: z.array(JobFact),
})
export type RunFact = z.output<typeof RunFact>

/** Null for a run that is not over. */
export function factOfRun(run: RunState): RunFact | null {
  if (run.status !== 'completed' || run.conclusion === undefined || run.completedAt === undefined) return null
  return {
    source: 'gantry',
    id: run.id,
    attempt: run.attempt,
    workflow: run.workflowPath.split('/').at(-1) ?? run.workflowPath,
    event: run.event,
    sha: run.sha,
    branch: run.ref.replace(/^refs\/(heads|tags)\//, ''),
    conclusion: run.conclusion,
    createdAt: run.createdAt,
    completedAt: run.completedAt,
    jobs: run.jobs.flatMap(job => factOfJob(job, run.jobs) ?? []),
  }
}

function factOfJob(job: JobState, jobs: readonly JobState[]): JobFact | null {
  const { name, conclusion, createdAt, startedAt, completedAt, attempt, needs } = job
  if (conclusion === undefined || completedAt === undefined) return null
  const waitedFor = jobs.filter(({ key }) => needs.includes(key)).map(needed => needed.completedAt ?? createdAt)
  return {
    name,
    runner: 'local',
    conclusion,
    queuedAt: [createdAt, ...waitedFor].sort().at(-1) ?? createdAt,
    startedAt: startedAt ?? null,
    completedAt,
    attempt,
  }
}
