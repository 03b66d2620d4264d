import type { Counts } from './sequential-test.ts'

/**
 * The rate a new release may have without being called worse: what the former one had, with room for chance and for small
 * differences nobody acts on. Chance is the upper end of a 95 % Wilson interval on as many requests as were independent;
 * and the former release's own bad hours count, but for the worst tenth, which may have been an outage.
 */
export function toleratedRate(total: Counts, minuteDispersion: number, hours: readonly Counts[]): number {
  const rate = total.trials === 0 ? 0 : total.bad / total.trials
  const bound =
    total.trials < leastFormer ? rate : Math.max(wilsonUpper(rate, total.trials / minuteDispersion), usualHigh(hours))
  return Math.min(0.95, Math.max(bound * roomAbove, rate + leastMargin))
}

/** A difference of two points in a hundred is noise to the people who would be woken. */
const leastMargin = 0.02
const roomAbove = 1.25
const leastFormer = 30

/**
 * How many times more the share of bad requests varies between windows than it would if each request failed by itself:
 * 1 when they do, about 8 when failures come in clusters of 8. Pearson's statistic over its degrees of freedom, the usual
 * estimate for overdispersed binomial counts (McCullagh and Nelder, Generalized Linear Models, 4.5).
 */
export function dispersion(windows: readonly Counts[]): number {
  const seen = windows.filter(({ trials }) => trials > 0)
  const trials = seen.reduce((sum, window) => sum + window.trials, 0)
  const bad = seen.reduce((sum, window) => sum + window.bad, 0)
  if (seen.length < 2 || bad === 0 || bad === trials) return 1
  const rate = bad / trials
  const squares = seen.reduce((sum, window) => sum + (window.bad - rate * window.trials) ** 2, 0)
  const expected = rate * (1 - rate) * trials * ((seen.length - 1) / seen.length)
  return Math.max(1, squares / expected)
}

/** The rate that nine tenths of the requests did not exceed, by hours with enough requests to have a rate. */
function usualHigh(hours: readonly Counts[]): number {
  const rated = hours
    .filter(({ trials }) => trials >= leastOfHour)
    .toSorted((a, b) => a.bad / a.trials - b.bad / b.trials)
  const trials = rated.reduce((sum, hour) => sum + hour.trials, 0)
  let passed = 0
  for (const hour of rated) {
    passed += hour.trials
    if (passed >= 0.9 * trials) return hour.bad / hour.trials
  }
  return 0
}

const leastOfHour = 500

function wilsonUpper(rate: number, trials: number): number {
  const z = 1.645
  const centre = rate + (z * z) / (2 * trials)
  const spread = z * Math.sqrt((rate * (1 - rate)) / trials + (z * z) / (4 * trials * trials))
  return (centre + spread) / (1 + (z * z) / trials)
}
