import * as z from 'zod'
import { JobState, LogLine } from '../run/run.ts'

/** How long a runner has a job without a word of it, and how often it says that it has it. */
export const runnerTimes = { ttlMs: 30_000, renewEveryMs: 5_000, waitMs: 20_000 } as const

const Label = z.string().min(1).max(100).describe('as in `runs-on`; one that ends in * stands for all that begin so')

/** POST /api/v1/runners/hello: a runner starts. What it had before is lost. */
export const RunnerHello = z.strictObject({
  version: z.string().max(100),
  about: z.string().max(2_000).describe('its system, and how it shuts jobs in'),
  labels: z.array(Label).max(50).nullable().describe('null: those it was added with'),
})
export type RunnerHello = z.output<typeof RunnerHello>

export const RunnerWelcome = z.object({
  id: z.string(),
  name: z.string(),
  labels: z.array(z.string()),
  renewEveryMs: z.int(),
})
export type RunnerWelcome = z.output<typeof RunnerWelcome>

const HeldJob = z.strictObject({
  id: z.string(),
  version: z.int(),
  isCancelled: z.boolean().describe('it is being ended: no need to say so again'),
})
export type HeldJob = z.output<typeof HeldJob>

/** POST /api/v1/runners/renew: it lives, and has these jobs. */
export const RunnerRenewal = z.strictObject({ held: z.array(HeldJob).max(1_000) })
/** POST /api/v1/runners/wait: the same, and it asks for one more job, if it has room, or for news of those it has. */
export const RunnerWait = RunnerRenewal.extend({ hasRoom: z.boolean() })

const Values = z.record(z.string(), z.string())

/** A job as a runner gets it: secrets too, which it keeps in memory alone. */
export const GivenJob = z.object({
  id: z.string(),
  version: z.int(),
  project: z.string(),
  runId: z.string(),
  jobId: z.string(),
  attempt: z.int(),
  body: z.record(z.string(), z.unknown()),
  secrets: z.object({ repository: Values, environment: Values }),
  env: Values.describe('variables of its steps that are secret'),
  shownEnv: Values.describe('variables of its steps that are not'),
})
export type GivenJob = z.output<typeof GivenJob>

export const RunnerNews = z.object({
  job: GivenJob.nullable(),
  cancelled: z.array(z.string()).describe('jobs that are to end as cancelled ones do'),
  lost: z.array(z.string()).describe('jobs that are another’s by now: nothing of them is wanted'),
})
export type RunnerNews = z.output<typeof RunnerNews>

/** POST /api/v1/runners/jobs/:id/report: how a job stands, and what it said since. */
export const RunnerReport = z.strictObject({
  version: z.int(),
  job: JobState.optional(),
  lines: z.array(LogLine).optional(),
  end: z.enum(['done', 'returned']).optional(),
})
export type RunnerReport = z.output<typeof RunnerReport>
