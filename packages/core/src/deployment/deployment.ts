import * as z from 'zod'

export const DeploymentState = z.enum([
  'planned',
  'deploying',
  'verifying',
  'live',
  'superseded',
  'failed',
  'rolled-back',
])
export type DeploymentState = z.output<typeof DeploymentState>

/** One thing a provider will do, as data: printable, and known by `id` so that a resumed plan skips what is done. */
export const DeployStep = z.object({
  id: z.string().describe('unique in the plan, e.g. backend.start'),
  service: z.string(),
  action: z.enum(['migrate', 'prepare', 'start', 'health', 'switch', 'retire']),
  summary: z.string(),
  status: z.enum(['planned', 'running', 'done', 'failed', 'undone', 'skipped']),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  detail: z.string().nullable().describe('how it went, in one sentence'),
  lines: z
    .array(z.string())
    .optional()
    .describe('of a failed one: what there is to read about it, e.g. what the service wrote last'),
})
export type DeployStep = z.output<typeof DeployStep>

export const Verdict = z.object({
  state: z.enum(['watching', 'healthy', 'worse', 'inconclusive']),
  /** One sentence a person can act on. */
  summary: z.string(),
  decidedAt: z.iso.datetime().nullable(),
  signals: z.array(
    z.object({
      signal: z.enum(['failures', 'errors']),
      service: z.string(),
      former: z.object({ trials: z.int(), bad: z.int() }),
      current: z.object({ trials: z.int(), bad: z.int() }),
      toleratedRate: z.number(),
      state: z.enum(['watching', 'healthy', 'worse', 'inconclusive']),
    }),
  ),
})
export type Verdict = z.output<typeof Verdict>

/** Putting one release of every service into one environment. A release moves as one. */
export const Deployment = z.object({
  id: z.string(),
  project: z.string(),
  environment: z.string(),
  release: z.string(),
  formerRelease: z.string().nullable(),
  kind: z.enum(['deploy', 'rollback']),
  state: DeploymentState,
  steps: z.array(DeployStep),
  requestedBy: z.string(),
  reason: z.string().nullable(),
  runId: z.string().nullable(),
  createdAt: z.iso.datetime(),
  liveAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  failure: z.string().nullable().describe('one sentence; the lines behind it are with the failed step'),
  verdict: Verdict.nullable(),
  answered: z
    .object({ at: z.iso.datetime(), how: z.string() })
    .optional()
    .describe('what was done about a verdict of worse'),
  /** Counts changes of this row; a mutation names the version it saw. */
  version: z.int(),
})
export type Deployment = z.output<typeof Deployment>

export const RollbackPlan = z.object({
  environment: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** Other releases that were live here before and can still be restored. */
  candidates: z.array(z.string()),
  isSafe: z.boolean(),
  kept: z.boolean().describe('the former processes are still running, so the switch is immediate'),
  services: z.array(z.object({ service: z.string(), moves: z.boolean(), detail: z.string() })),
  schema: z.object({ fits: z.boolean(), detail: z.string() }),
  differingEnvNames: z.array(z.string()),
  after: z.array(z.string()).describe('what stays different afterwards, in words'),
  blockers: z.array(z.string()),
})
export type RollbackPlan = z.output<typeof RollbackPlan>
