import type { GateResult } from '../promotion/promotion.ts'

/** What a gate says, what its proof lacks, and who let it pass all the same. @example 'e2e passed in run 3, proved without a browser' */
export function gateDetail({
  detail,
  provedBy,
  overriddenBy,
}: Pick<GateResult, 'detail' | 'provedBy' | 'overriddenBy'>): string {
  const said = provedBy === 'http' ? `${detail}, proved without a browser` : detail
  return overriddenBy ? `${said}; ${overriddenBy.person} let it pass: ${overriddenBy.reason}` : said
}
