import type { JobFact, RunFact } from '@gantry/core'
import * as z from 'zod'

const Instant = z.iso.datetime({ offset: true }).transform(text => new Date(text).toISOString())

/** GitHub's conclusions by the four that figures know. What nobody finished counts as cancelled. */
const Conclusion = z
  .enum([
    'success',
    'neutral',
    'failure',
    'timed_out',
    'startup_failure',
    'cancelled',
    'action_required',
    'stale',
    'skipped',
  ])
  .transform((word): RunFact['conclusion'] => {
    if (word === 'success' || word === 'neutral') return 'success'
    if (word === 'failure' || word === 'timed_out' || word === 'startup_failure') return 'failure'
    return word === 'skipped' ? 'skipped' : 'cancelled'
  })

/** The part of GitHub's "workflow run" that figures are made of; the REST API and the webhook agree on it. */
const WorkflowRun = z.looseObject({
  id: z.number(),
  name: z.string().nullable(),
  /** An older GitHub Enterprise Server does not say its file. */
  path: z.string().optional(),
  event: z.string(),
  run_attempt: z.number().int().default(1),
  head_branch: z.string().nullable(),
  head_sha: z.string(),
  status: z.string(),
  conclusion: z.unknown(),
  created_at: Instant,
  run_started_at: Instant.optional(),
  updated_at: Instant,
})

const WorkflowJob = z.looseObject({
  run_id: z.number(),
  run_attempt: z.number().int().default(1),
  name: z.string(),
  workflow_name: z.string().nullable().default(null),
  head_branch: z.string().nullable().default(null),
  head_sha: z.string(),
  labels: z.array(z.string()).default([]),
  runner_group_name: z.string().nullish(),
  status: z.string(),
  conclusion: z.unknown(),
  /** An older GitHub Enterprise Server does not say when it was queued. */
  created_at: Instant.optional(),
  started_at: Instant.nullable(),
  completed_at: Instant.nullable(),
})

/** A finished run as GitHub tells of it, without its jobs. Null while it goes on. @throws ZodError when it is none */
export function githubRun(value: unknown): RunFact | null {
  const run = WorkflowRun.parse(value)
  if (run.status !== 'completed') return null
  return {
    source: 'github',
    id: String(run.id),
    attempt: run.run_attempt,
    // `path` may carry the ref of a reusable or required workflow behind an @.
    workflow: run.path?.replace(/@.*$/, '').split('/').at(-1) ?? run.name ?? 'unknown',
    event: run.event,
    sha: run.head_sha,
    branch: run.head_branch ?? '',
    conclusion: Conclusion.parse(run.conclusion),
    createdAt: run.run_attempt > 1 ? (run.run_started_at ?? run.created_at) : run.created_at,
    completedAt: run.updated_at,
    jobs: [],
  }
}

/**
 * A finished job, inside of what is known of its run by it alone. Null while it goes on.
 * `created_at` is when it was queued: queue time is `started_at − created_at`, which GitHub shows nowhere once the job ran.
 * @throws ZodError when it is none
 */
export function githubJob(value: unknown): RunFact | null {
  const job = WorkflowJob.parse(value)
  if (job.status !== 'completed' || job.completed_at === null) return null
  const conclusion = Conclusion.parse(job.conclusion)
  const queuedAt = job.created_at ?? job.started_at ?? job.completed_at
  const fact: JobFact = {
    name: job.name,
    runner: job.labels.join(', ') || job.runner_group_name || 'unknown',
    conclusion,
    queuedAt,
    // A skipped job has a start, though nothing started.
    startedAt: conclusion === 'skipped' ? null : job.started_at,
    completedAt: job.completed_at,
    attempt: job.run_attempt,
  }
  return {
    source: 'github',
    id: String(job.run_id),
    attempt: job.run_attempt,
    workflow: job.workflow_name ?? 'unknown',
    event: 'unknown',
    sha: job.head_sha,
    branch: job.head_branch ?? '',
    conclusion,
    createdAt: queuedAt,
    completedAt: job.completed_at,
    jobs: [fact],
  }
}
