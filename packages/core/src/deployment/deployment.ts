import * as z from 'zod'
import { EnvChange, EnvFingerprint } from '../env/fingerprint.ts'

export const DeploymentState = z.enum([
  'planned',
  'deploying',
  'verifying',
  'live',
  'superseded',
  'failed',
  'rolled-back',
  'removed',
])
export type DeploymentState = z.output<typeof DeploymentState>

/** `removal` takes away everything there is of an environment: of a preview. */
export const DeploymentKind = z.enum(['deploy', 'rollback', 'removal'])
export type DeploymentKind = z.output<typeof DeploymentKind>

/** Where in a deployment a step comes. Until `switch` nobody meets the new release; `retire` comes once it is live. */
export const StepPhase = z.enum(['prepare', 'migrate', 'start', 'verify', 'switch', 'retire'])
export type StepPhase = z.output<typeof StepPhase>

/** What whoever runs the service answered to a step: the id of its deployment, a digest, ids of machines. Never a secret. */
export const StepAnswer = z.record(z.string(), z.unknown())
export type StepAnswer = z.output<typeof StepAnswer>

/** One thing a provider will do, as data: printable, and known by `id` so that a resumed plan skips what is done. */
export const DeployStep = z.object({
  id: z.string().describe('unique in the plan, e.g. backend.start'),
  service: z.string(),
  kind: z.string().describe("the provider's own word for what it does, e.g. health or promote"),
  phase: StepPhase,
  runsIn: z.literal('job').optional().describe('the job of a workflow carries it out; left out: the server'),
  undoable: z.boolean().describe('whether what it did is taken back when the deployment fails'),
  limitMs: z.int().positive().optional().describe('given up after this; an hour when left out'),
  summary: z.string(),
  status: z.enum(['planned', 'running', 'done', 'failed', 'undone', 'skipped']),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  detail: z.string().nullable().describe('how it goes or went, in one sentence'),
  lines: z
    .array(z.string())
    .optional()
    .describe('of a failed one: what there is to read about it, e.g. what the service wrote last'),
  answer: StepAnswer.optional().describe('what the vendor answered, e.g. the id of its deployment; never a secret'),
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
  kind: DeploymentKind,
  state: DeploymentState,
  steps: z.array(DeployStep),
  requestedBy: z.string(),
  reason: z.string().nullable(),
  runId: z.string().nullable(),
  createdAt: z.iso.datetime(),
  liveAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  failure: z.string().nullable().describe('one sentence; the lines behind it are with the failed step'),
  undoing: z.string().optional().describe('why it is being taken back; it ends as failed once that is done'),
  addresses: z
    .record(z.string(), z.string())
    .optional()
    .describe('public address of each service, once it was verified'),
  env: EnvFingerprint.optional().describe(
    'what its services were started with, once it was verified: names and salted hashes',
  ),
  verdict: Verdict.nullable(),
  answered: z
    .object({ at: z.iso.datetime(), how: z.string() })
    .optional()
    .describe('what was done about a verdict of worse'),
  /** Counts changes of this row; a mutation names the version it saw. */
  version: z.int(),
})
export type Deployment = z.output<typeof Deployment>

/** What a vendor said about a way back, to the job that asked. */
export const WayBackLook = z.object({
  service: z.string(),
  release: z.string(),
  at: z.iso.datetime(),
  state: z.enum(['can', 'cannot', 'unknown']).describe('unknown: the vendor could not be asked'),
  why: z.string().nullable().describe('why not, or why nobody can tell; null where it can be put back'),
})
export type WayBackLook = z.output<typeof WayBackLook>

export const RollbackPlan = z.object({
  environment: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** Other releases that were live here before and can still be restored. */
  candidates: z.array(z.string()),
  isSafe: z.boolean(),
  kept: z.boolean().describe('the former processes are still running, so the switch is immediate'),
  services: z.array(
    z.object({
      service: z.string(),
      moves: z.boolean(),
      runsIn: z.enum(['server', 'job']).describe('job: at a vendor, that a workflow puts it back at'),
      detail: z.string(),
    }),
  ),
  schema: z.object({ fits: z.boolean(), detail: z.string() }),
  env: z
    .array(EnvChange.extend({ comesBack: z.boolean().describe('as it was then, after the rollback') }))
    .describe('variables and secrets that are others now than when it was live'),
  lastTookMs: z.int().nullable().describe('how long the last rollback here took; null: there was none'),
  looked: z
    .array(WayBackLook)
    .describe('what vendors said when a job asked them last whether this release can be put back'),
  after: z.array(z.string()).describe('what stays different afterwards, in words'),
  blockers: z.array(z.string()),
})
export type RollbackPlan = z.output<typeof RollbackPlan>
