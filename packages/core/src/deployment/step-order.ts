import * as z from 'zod'
import { EnvFingerprint } from '../env/fingerprint.ts'
import { Release } from '../release/release.ts'
import { DeploymentKind, DeployStep, StepAnswer, WayBackLook } from './deployment.ts'

/** What was answered, by the id of the step. */
export const StepAnswers = z.record(z.string(), StepAnswer)
export type StepAnswers = z.output<typeof StepAnswers>

/** What is known about a deployment, before a provider's own settings. It is data: a job gets it from the server as it is. */
export const DeploymentFacts = z.object({
  project: z.string(),
  environment: z.string(),
  release: Release,
  former: z.string().nullable().describe('the release that serves now; null the first time'),
  kind: DeploymentKind,
  isKept: z.boolean().describe('whether processes of this release still run in the server beside the one that serves'),
  retire: z.array(z.string()).describe('releases whose processes end in the server once this one serves'),
  envSalt: z.string().describe('of the project: what traces of values are made with'),
  formerAnswers: StepAnswers.describe('of the deployment that serves now'),
  earlier: z
    .array(z.object({ environment: z.string(), answers: StepAnswers, env: EnvFingerprint.optional() }))
    .describe('deployments by which this very release went live before, the newest first: to be put back, or promoted'),
})
export type DeploymentFacts = z.output<typeof DeploymentFacts>

/** One thing that is to be done for a service, wherever that is. */
export const StepOrder = z.discriminatedUnion('act', [
  z.object({ act: z.enum(['perform', 'undo']), service: z.string(), step: DeployStep }),
  z.object({ act: z.enum(['verify', 'can-restore', 'live']), service: z.string(), step: z.null() }),
])
export type StepOrder = z.output<typeof StepOrder>

/** Names it within its deployment. */
export const orderName = ({ act, service, step }: StepOrder): string => `${act} ${step?.id ?? service}`

const kept = { answer: StepAnswer.optional().describe('what the vendor answered; never a secret') }

/** How a step ended. A failure is a value: the orchestrator undoes what was done. */
export const StepOutcome = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), detail: z.string().nullable(), ...kept }),
  z.object({
    ok: z.literal(false),
    why: z.string().describe('one sentence without the service and the act: `/healthz answered 503`'),
    afterMs: z.number().optional().describe('how long it was waited for'),
    lines: z.array(z.string()).describe('what there is to read about it, oldest first'),
    ...kept,
  }),
])
export type StepOutcome = z.output<typeof StepOutcome>
export type StepFailure = Extract<StepOutcome, { ok: false }>

/** An order with all a job needs to carry it out. */
export const HandedOrder = z.object({
  name: z.string(),
  order: StepOrder,
  facts: DeploymentFacts,
  config: z.unknown().describe('of the release, as `gantry.config.ts` gives it'),
  answers: StepAnswers.describe('of this deployment so far'),
  addresses: z.record(z.string(), z.string()).describe('public address of each service that has one'),
})
export type HandedOrder = z.output<typeof HandedOrder>

/** What a job that asks for the next order is told. */
export const NextOrder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('order'), handed: HandedOrder }),
  z.object({ kind: z.literal('wait').describe('nothing to do for this job right now: ask again') }),
  z.object({ kind: z.literal('ended') }),
])
export type NextOrder = z.output<typeof NextOrder>

/** The right of one job to carry out the orders of a deployment, until it is silent for longer than `ttlMs`. */
export const Attendance = z.object({ version: z.int(), ttlMs: z.int(), renewEveryMs: z.int() })
export type Attendance = z.output<typeof Attendance>

const place = { environment: z.string() }
const attended = {
  ...place,
  version: z.int().describe('of the lease; refused with LEASE_LOST once another job has it'),
}
export const AttendBody = z.strictObject(place)
export const NextOrderBody = z.strictObject(attended)
export const RenewalBody = z.strictObject({
  ...attended,
  progress: z
    .strictObject({ name: z.string(), text: z.string().max(2_000), answer: StepAnswer.optional() })
    .optional()
    .describe('how far the order of that name is'),
})
export type OrderProgress = NonNullable<z.output<typeof RenewalBody>['progress']>
export const OutcomeBody = z.strictObject({ ...attended, name: z.string(), outcome: StepOutcome })

/** What a job asks vendors about, and with what: whether releases can be put back in one environment. */
export const WayBackQuestions = z.object({
  questions: z.array(
    z.object({
      services: z.array(z.string()).describe('those whose vendors are asked'),
      facts: DeploymentFacts,
      config: z.unknown().describe('of that release, as `gantry.config.ts` gives it'),
      addresses: z.record(z.string(), z.string()),
    }),
  ),
})
export type WayBackQuestions = z.output<typeof WayBackQuestions>

export const WayBackAnswers = z.strictObject({
  looks: z.array(WayBackLook.omit({ at: true })).max(100),
})
