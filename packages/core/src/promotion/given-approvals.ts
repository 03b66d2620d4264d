import type { Promotion } from './promotion.ts'

/** How many people said yes, as a promotion that is shown tells: what was taken back or counts no more is left out. */
export const givenApprovals = ({ approvals }: Pick<Promotion, 'approvals'>): number =>
  new Set(
    approvals
      .filter(({ decision, withdrawn, lapsed }) => decision === 'approved' && !withdrawn && lapsed === undefined)
      .map(({ personId, person }) => personId ?? person),
  ).size
