import * as z from 'zod'

export const PromotionState = z.enum(['waiting', 'ready', 'approved', 'rejected', 'expired', 'done'])
export type PromotionState = z.output<typeof PromotionState>

/** What end-to-end journeys were proved by: a real browser, or, where none could be had, the same requests without one. */
export const ProvedBy = z.enum(['browser', 'http'])
export type ProvedBy = z.output<typeof ProvedBy>

/** A gate as judged at one moment, with what the judgement rests on. */
export const GateResult = z.object({
  gate: z.string().describe('ciGreen, e2eGreen, soak, noNewIssues, migrationsSafe'),
  title: z.string(),
  state: z.enum(['met', 'waiting', 'unmet']),
  detail: z.string(),
  /** A dashboard path that shows the evidence. */
  evidence: z.string().nullable(),
  provedBy: ProvedBy.optional().describe('set by e2eGreen where the job said what its journeys were proved by'),
})
export type GateResult = z.output<typeof GateResult>

export const Approval = z.object({
  person: z.string(),
  personId: z.string().optional().describe('tells people of one name apart; left out in old votes'),
  decision: z.enum(['approved', 'rejected']),
  reason: z.string(),
  at: z.iso.datetime(),
})
export type Approval = z.output<typeof Approval>

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

/** Promotions into an environment stand still after a rollback until a person resumes them. */
export const Hold = z.object({ since: z.iso.datetime(), because: z.string(), by: z.string() })
export type Hold = z.output<typeof Hold>
