import * as z from 'zod'

/** GitHub's words for how a job or run stands and how it ended. */
export const Status = z.enum(['queued', 'waiting', 'in_progress', 'completed'])
export const Conclusion = z.enum(['success', 'failure', 'cancelled', 'skipped'])
export type Status = z.output<typeof Status>
export type Conclusion = z.output<typeof Conclusion>

/** What a list of runs is narrowed by: how a run stands while it is not over, then how it ended. */
export const RunStateName = z.enum([...Status.exclude(['completed']).options, ...Conclusion.options])
export type RunStateName = z.output<typeof RunStateName>

/** What there is to narrow a list of runs by, each newest first. */
export const RunChoices = z.object({
  workflows: z.array(z.object({ path: z.string(), name: z.string() })),
  branches: z.array(z.string()),
  authors: z.array(z.string()),
  events: z.array(z.string()),
})
export type RunChoices = z.output<typeof RunChoices>

const Instant = z.iso.datetime()

export const StepState = z.object({
  /** 1-based position in the job, as GitHub counts it. */
  number: z.int(),
  name: z.string(),
  id: z.string().optional(),
  status: Status,
  /** Before `continue-on-error`. */
  outcome: Conclusion.optional(),
  /** After `continue-on-error`. */
  conclusion: Conclusion.optional(),
  startedAt: Instant.optional(),
  completedAt: Instant.optional(),
  exitCode: z.int().optional(),
  omitted: z.string().optional().describe('why it was left out though its turn came; the verdict is that of the rest'),
})
export type StepState = z.output<typeof StepState>

export const Annotation = z.object({
  level: z.enum(['notice', 'warning', 'failure']),
  message: z.string(),
  title: z.string().optional(),
  file: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
  step: z.int().optional(),
})
export type Annotation = z.output<typeof Annotation>

export const JobState = z.object({
  /** Unique in the run: the job's key, with the matrix values behind it, e.g. `test (front-end)`. */
  id: z.string(),
  /** The key under `jobs:`. */
  key: z.string(),
  name: z.string(),
  needs: z.array(z.string()).describe('keys of the jobs it waits for'),
  matrix: z.record(z.string(), z.unknown()).optional(),
  environment: z.string().optional(),
  environmentUrl: z.string().optional(),
  status: Status,
  conclusion: Conclusion.optional(),
  isTolerated: z.boolean().optional().describe('its failure counts for nothing: `continue-on-error`'),
  judgesNeeds: z
    .boolean()
    .optional()
    .describe('it runs whatever became of the jobs it needs, and fails when one of them did: the check people require'),
  createdAt: Instant,
  startedAt: Instant.optional(),
  completedAt: Instant.optional(),
  steps: z.array(StepState),
  outputs: z.record(z.string(), z.string()),
  annotations: z.array(Annotation),
  /** How many times it was started; above 1 after a crash of the machine or a re-run. */
  attempt: z.int(),
  /** Markdown written to GITHUB_STEP_SUMMARY by its steps. */
  summary: z.string().optional(),
})
export type JobState = z.output<typeof JobState>

/** Everything needed to show a run and to go on with it after the process that ran it is gone. Plain JSON. */
export const RunState = z.object({
  id: z.string(),
  number: z.int(),
  workflowPath: z.string().describe('e.g. .github/workflows/ci.yml'),
  workflowName: z.string(),
  event: z.string().describe('push, pull_request, workflow_dispatch, schedule'),
  eventPayload: z.record(z.string(), z.unknown()),
  inputs: z.record(z.string(), z.unknown()),
  ref: z.string().describe('e.g. refs/heads/main'),
  sha: z.string(),
  /** Who caused it: the person who pushed, or asked for it; `gantry` for a schedule. */
  actor: z.string(),
  /** First line of the commit's message. */
  title: z.string(),
  author: z.string().optional().describe('who wrote the commit'),
  status: Status,
  conclusion: Conclusion.optional(),
  createdAt: Instant,
  startedAt: Instant.optional(),
  completedAt: Instant.optional(),
  attempt: z.int(),
  jobs: z.array(JobState),
})
export type RunState = z.output<typeof RunState>

/** One line of a job's output. `seq` counts lines in the job from 1, across its steps. */
export const LogLine = z.object({
  seq: z.int(),
  step: z.int(),
  at: Instant,
  text: z.string(),
})
export type LogLine = z.output<typeof LogLine>

/** What a runner reports while it works. The state carried is the whole new state of that part. */
export type RunEvent =
  | { kind: 'run'; run: RunState }
  | { kind: 'job'; runId: string; job: JobState }
  | { kind: 'log'; runId: string; jobId: string; lines: LogLine[] }
