import type { GateResult } from '../promotion/promotion.ts'

/** What a gate says, and what its proof lacks. @example 'e2e passed in run 3, proved without a browser' */
export const gateDetail = ({ detail, provedBy }: Pick<GateResult, 'detail' | 'provedBy'>): string =>
  provedBy === 'http' ? `${detail}, proved without a browser` : detail
