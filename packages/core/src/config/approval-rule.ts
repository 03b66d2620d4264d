import * as z from 'zod'
import { durationMs, PositiveDurationField } from './duration-field.ts'

/** Who may say yes, besides nobody who had a hand in it: the least role that does. */
export const ApproverRole = z.enum(['release-manager', 'owner'])
export type ApproverRole = z.output<typeof ApproverRole>

const Needed = z.int().min(0).max(10)
/** How long a yes counts where the config does not say. */
const usualExpiry = '7d'

/** How many people must say yes: a number, or that with who they are and for how long it counts. */
export const ApprovalsField = z.union([
  Needed,
  z.strictObject({
    needed: Needed.min(1).describe('people who must say yes'),
    by: ApproverRole.default('release-manager').describe('the least role of people whose yes counts'),
    expire: PositiveDurationField.default(usualExpiry).describe(
      'a yes counts for that long; one that ran out before the deployment began is asked for again',
    ),
  }),
])

export interface ApprovalRule {
  needed: number
  by: ApproverRole
  expireMs: number
}

/** The same, however it is written. A config that an older Gantry stored has the number only. */
export function approvalRule(approvals: z.input<typeof ApprovalsField>): ApprovalRule {
  const {
    needed,
    by = 'release-manager',
    expire = usualExpiry,
  } = typeof approvals === 'number' ? { needed: approvals } : approvals
  return { needed, by, expireMs: durationMs(expire) }
}
