import * as z from 'zod'
import { Role } from '../person/person.ts'

export const PromotionState = z.enum(['waiting', 'ready', 'approved', 'rejected', 'expired', 'done'])
export type PromotionState = z.output<typeof PromotionState>

/** What end-to-end journeys were proved by: a real browser, or, where none could be had, the same requests without one. */
export const ProvedBy = z.enum(['browser', 'http'])
export type ProvedBy = z.output<typeof ProvedBy>

/** A gate as judged at one moment, with what the judgement rests on. */
export const GateResult = z.object({
  gate: z.string().describe('its word in the config: ciGreen, soak'),
  title: z.string(),
  state: z.enum(['met', 'waiting', 'unmet']),
  detail: z.string(),
  /** A dashboard path that shows the evidence. */
  evidence: z.string().nullable(),
  next: z.string().optional().describe('what to do about it; left out where it is met'),
  overridable: z.boolean().optional().describe('whether an owner may let a promotion past it'),
  overriddenBy: z.object({ person: z.string(), reason: z.string() }).optional().describe('who let it pass, and why'),
  provedBy: ProvedBy.optional().describe('set by e2eGreen where the job said what its journeys were proved by'),
})
export type GateResult = z.output<typeof GateResult>

export const Approval = z.object({
  person: z.string(),
  personId: z.string().optional().describe('tells people of one name apart; left out in old votes'),
  decision: z.enum(['approved', 'rejected']),
  reason: z.string(),
  at: z.iso.datetime(),
  role: Role.optional().describe('what they were then; left out in old votes'),
  expiresAt: z.iso.datetime().optional().describe('a yes counts until then; left out in old votes'),
  withdrawn: z.object({ at: z.iso.datetime(), reason: z.string() }).optional().describe('taken back by who gave it'),
  lapsed: z.string().optional().describe('why it does not count at this moment; set on what is shown'),
})
export type Approval = z.output<typeof Approval>

/** An owner lets one promotion past a gate that is not met. */
export const Override = z.object({
  gate: z.string(),
  person: z.string(),
  personId: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
})
export type Override = z.output<typeof Override>

export const Promotion = z.object({
  id: z.string(),
  project: z.string(),
  release: z.string(),
  fromEnvironment: z.string().nullable(),
  environment: z.string(),
  state: PromotionState,
  gates: z.array(GateResult),
  approvals: z.array(Approval),
  approvalsNeeded: z.int(),
  approvalsBy: Role.optional().describe('the least role whose yes counts; left out in old promotions'),
  overrides: z.array(Override).optional().describe('left out where there is none'),
  begunAt: z.iso
    .datetime()
    .optional()
    .describe('since when its deployment is under way: no yes is taken back any more'),
  allowSelfApproval: z
    .boolean()
    .optional()
    .describe('whether who wrote or pushed it may approve it, as the environment says now; set on what is shown'),
  runId: z.string(),
  jobId: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  version: z.int(),
})
export type Promotion = z.output<typeof Promotion>

/** Promotions into an environment stand still, after a rollback or because a person says so, until a person resumes them. */
export const Hold = z.object({ since: z.iso.datetime(), because: z.string(), by: z.string() })
export type Hold = z.output<typeof Hold>
