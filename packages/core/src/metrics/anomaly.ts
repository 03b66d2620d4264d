import type { AnomaliesConfig } from '../config/config.ts'
import { durationMs } from '../config/duration-field.ts'
import { percentilesOf } from './percentiles.ts'
import { durationOf, isDecided } from './run-duration.ts'
import type { RunFact } from './run-fact.ts'

/** From when on something is odd. */
export interface OddFrom {
  /** Runs that must have been before, so that there is a usual. */
  minimumRuns: number
  /** Standard deviations, as estimated from the median absolute deviation. */
  deviations: number
  /** A smaller difference is nobody's trouble. */
  leastMs: number
  /** Probability of as many failures by chance alone, below which they are called odd. */
  chance: number
}

/** What a config without limits of its own says. */
export const oddFromDefault: OddFrom = { minimumRuns: 8, deviations: 3.5, leastMs: 15_000, chance: 0.01 }

export const oddFrom = ({ minimumRuns, deviations, least, chance }: AnomaliesConfig): OddFrom => ({
  minimumRuns,
  deviations,
  leastMs: durationMs(least),
  chance,
})

/** What the figures of CI are held against by a config: what a run may take, and when it is odd. */
export const limitsOf = (settings: AnomaliesConfig): { budgetMs: number; odd: OddFrom } => ({
  budgetMs: durationMs(settings.budget),
  odd: oddFrom(settings),
})

const looksBack = 50
/** 1.4826 median absolute deviations are one standard deviation of a normal distribution. */
const madToDeviation = 1.4826
const leastShare = 0.25

/**
 * What is odd about a workflow now, measured against its own history: the newest run took far longer than usual
 * (modified z-score above 3.5 unless asked otherwise, Iglewicz and Hoaglin 1993), or as many of the last runs failed as
 * would by chance at its usual rate in less than one case of a hundred.
 * @param runs of one workflow, oldest first
 */
export function anomalyOf(runs: readonly RunFact[], from: OddFrom): string | null {
  const recent = runs.filter(isDecided).slice(-looksBack)
  const durations = recent.filter(({ conclusion }) => conclusion === 'success').map(durationOf)
  const newest = durations.at(-1)
  const usual = newest === undefined ? null : exceeded(newest, durations.slice(0, -1), from)
  if (newest !== undefined && usual !== null) return `took ${seconds(newest)}, usually ${seconds(usual)}`
  return failing(recent, from)
}

/** The usual value, when the newest is far above it; null when it is not, or nothing is usual yet. */
export function exceeded(newest: number, before: readonly number[], from: OddFrom): number | null {
  const former = before.slice(-looksBack)
  const known = percentilesOf(former)
  if (known === null || former.length < from.minimumRuns) return null
  // What it took before now and then is not odd: a workflow with and without a warm cache has two usual lengths.
  if (newest <= known.p95) return null
  const usual = known.p50
  const spread = percentilesOf(former.map(value => Math.abs(value - usual)))?.p50 ?? 0
  const least = Math.max(from.leastMs, usual * leastShare, from.deviations * madToDeviation * spread)
  return newest - usual < least ? null : usual
}

/** Says how many of the last ten failed, when chance at the usual rate does not explain it. @param runs decided ones, oldest first */
export function failing(runs: readonly RunFact[], { minimumRuns, chance }: OddFrom): string | null {
  const recent = runs.slice(-looksBack)
  const tail = recent.slice(-10)
  const former = recent.slice(0, -10)
  if (former.length < minimumRuns) return null
  const failures = (some: readonly RunFact[]) => some.filter(({ conclusion }) => conclusion === 'failure').length
  // One more of each, so that a workflow that never failed is not thought to be unable to.
  const rate = (failures(former) + 1) / (former.length + 2)
  const failed = failures(tail)
  if (failed === 0 || atLeast(failed, tail.length, rate) >= chance) return null
  return `${failed} of the last ${tail.length} failed, usually ${Math.round((failures(former) / former.length) * 100)} %`
}

/** Probability of at least `k` of `n` at a rate: the upper tail of the binomial distribution. */
export function atLeast(k: number, n: number, rate: number): number {
  let sum = 0
  let ways = 1
  for (let hits = 0; hits <= n; hits++) {
    if (hits >= k) sum += ways * rate ** hits * (1 - rate) ** (n - hits)
    ways = (ways * (n - hits)) / (hits + 1)
  }
  return sum
}

/** `42 s`, `3 min 05 s`. */
export const seconds = (ms: number): string => {
  const total = Math.round(ms / 1000)
  return total < 60 ? `${total} s` : `${Math.floor(total / 60)} min ${String(total % 60).padStart(2, '0')} s`
}
