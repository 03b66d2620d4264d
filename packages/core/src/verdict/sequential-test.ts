/** How often something was tried, and how often it went wrong. */
export interface Counts {
  trials: number
  bad: number
}

/**
 * The rate a new release may have without being called worse: the former rate with room for chance (the upper end of
 * its 95 % Wilson interval) and for small differences nobody acts on.
 */
export function toleratedRate(former: Counts): number {
  const rate = former.trials === 0 ? 0 : former.bad / former.trials
  const bound = former.trials < leastFormer ? rate + leastMargin : wilsonUpper(former)
  return Math.min(0.95, Math.max(bound * 1.25, rate + leastMargin))
}

/** A difference of two points in a hundred is noise to the people who would be woken. */
const leastMargin = 0.02
const leastFormer = 30

function wilsonUpper({ trials, bad }: Counts): number {
  const z = 1.645
  const rate = bad / trials
  const centre = rate + (z * z) / (2 * trials)
  const spread = z * Math.sqrt((rate * (1 - rate)) / trials + (z * z) / (4 * trials * trials))
  return (centre + spread) / (1 + (z * z) / trials)
}

/**
 * Evidence against «the rate is at most `tolerated`», as the logarithm of an e-value: a mixture of likelihood ratios
 * over higher rates. Under that hypothesis it exceeds log(1/α) at any time, however often one looks, with probability
 * at most α (Ville's inequality): https://arxiv.org/abs/2210.01948, section 4.
 */
export const evidenceAbove = (counts: Counts, tolerated: number): number =>
  logMixture(counts, tolerated, grid(tolerated, 1))

/** The mirror: evidence against «the rate is at least `bad`». */
export const evidenceBelow = (counts: Counts, bad: number): number => logMixture(counts, bad, grid(0, bad))

const points = 48

/** Midpoints of equal slices, so that neither end (a certain answer) is among them. */
const grid = (from: number, to: number): number[] =>
  Array.from({ length: points }, (_, index) => from + ((index + 0.5) / points) * (to - from))

function logMixture(counts: Counts, null_: number, rates: number[]): number {
  const baseline = logLikelihood(counts, null_)
  const ratios = rates.map(rate => logLikelihood(counts, rate) - baseline)
  const most = Math.max(...ratios)
  return most + Math.log(ratios.reduce((sum, ratio) => sum + Math.exp(ratio - most), 0) / rates.length)
}

const logLikelihood = ({ trials, bad }: Counts, rate: number): number =>
  bad * Math.log(rate) + (trials - bad) * Math.log1p(-rate)
