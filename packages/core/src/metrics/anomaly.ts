import { durationOf } from './ci-metrics.ts'
import { percentilesOf } from './percentiles.ts'
import type { RunFact } from './run-fact.ts'

const fewest = 8
const looksBack = 50
/** Standard deviations, as estimated from the median absolute deviation: 1.4826 of them for a normal distribution. */
const far = 3.5
const madToDeviation = 1.4826
/** Below these a difference is nobody's trouble. */
const leastMs = 15_000
const leastShare = 0.25
/** Probability of as many failures by chance alone, below which they are called odd. */
const oddBelow = 0.01

/**
 * What is odd about a workflow now, measured against its own history: the newest run took far longer than usual
 * (modified z-score above 3.5, Iglewicz and Hoaglin 1993), or as many of the last runs failed as would by chance at its
 * usual rate in less than one case of a hundred.
 * @param runs of one workflow, oldest first
 */
export function anomalyOf(runs: readonly RunFact[]): string | null {
  const recent = runs.filter(({ conclusion }) => conclusion === 'success' || conclusion === 'failure').slice(-looksBack)
  return slower(recent.filter(({ conclusion }) => conclusion === 'success')) ?? failing(recent)
}

function slower(runs: readonly RunFact[]): string | null {
  const durations = runs.map(durationOf)
  const newest = durations.at(-1)
  const former = durations.slice(0, -1)
  const known = percentilesOf(former)
  if (newest === undefined || known === null || former.length < fewest) return null
  // What it took before now and then is not odd: a workflow with and without a warm cache has two usual lengths.
  if (newest <= known.p95) return null
  const usual = known.p50
  const spread = percentilesOf(former.map(duration => Math.abs(duration - usual)))?.p50 ?? 0
  const beyond = newest - usual
  if (beyond < Math.max(leastMs, usual * leastShare, far * madToDeviation * spread)) return null
  return `took ${seconds(newest)}, usually ${seconds(usual)}`
}

function failing(runs: readonly RunFact[]): string | null {
  const tail = runs.slice(-10)
  const former = runs.slice(0, -10)
  if (former.length < fewest) return null
  const failures = (some: readonly RunFact[]) => some.filter(({ conclusion }) => conclusion === 'failure').length
  // One more of each, so that a workflow that never failed is not thought to be unable to.
  const rate = (failures(former) + 1) / (former.length + 2)
  const failed = failures(tail)
  if (failed === 0 || atLeast(failed, tail.length, rate) >= oddBelow) return null
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

const seconds = (ms: number): string => {
  const total = Math.round(ms / 1000)
  return total < 60 ? `${total} s` : `${Math.floor(total / 60)} min ${String(total % 60).padStart(2, '0')} s`
}
