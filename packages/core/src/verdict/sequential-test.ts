/** How often something was tried, and how often it went wrong. */
export interface Counts {
  trials: number
  bad: number
}

/**
 * Evidence against "a slot's share of bad requests is at most `tolerated` on average", as the logarithm of an e-value: a
 * bet on each slot's share, mixed over how much is bet. Under that hypothesis it exceeds log(1/α) at any time, however
 * often one looks, with probability at most α (Ville's inequality). Requests of one slot may depend on each other in any
 * way: only the slot's share counts. Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting,
 * section 4: https://arxiv.org/abs/2010.09686
 */
export function evidenceAbove(slots: readonly Counts[], tolerated: number): number {
  const gains = bets.map(bet => slots.reduce((sum, slot) => sum + Math.log1p(bet * (shareOf(slot) / tolerated - 1)), 0))
  return logMean(gains)
}

const shareOf = ({ trials, bad }: Counts): number => bad / trials

/**
 * Evidence against "the rate is at least `bad`", as the logarithm of an e-value: a mixture of likelihood ratios over lower
 * rates: https://arxiv.org/abs/2210.01948, section 4. Counts are those of independent requests.
 */
export function evidenceBelow(counts: Counts, bad: number): number {
  const baseline = logLikelihood(counts, bad)
  return logMean(slices(48).map(part => logLikelihood(counts, part * bad) - baseline))
}

/** Midpoints of equal slices of 0 to 1, so that neither end (a certain answer, or all one has) is among them. */
const slices = (count: number): number[] => Array.from({ length: count }, (_, index) => (index + 0.5) / count)

/** Shares of what one has that are bet on the next slot. */
const bets = slices(20)

function logMean(logs: readonly number[]): number {
  const most = Math.max(...logs)
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / logs.length)
}

const logLikelihood = ({ trials, bad }: Counts, rate: number): number =>
  bad * Math.log(rate) + (trials - bad) * Math.log1p(-rate)
