import { instantOf } from '../duration/instant.ts'
import type { TrafficWindow } from './traffic-window.ts'

/** How requests come and fail, for simulations of the verdict in tests and in `bench/`. */
export interface TrafficModel {
  /** Share of requests that fail, at `seconds` since the start. */
  rate(seconds: number): number
  /** Failures come in runs of so many requests; 1 when each fails by itself. */
  cluster: number
  perSecond(seconds: number): number
}

/** mulberry32: the same numbers on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Traffic by windows of `windowSeconds`, from second `from` to second `to` of the model. */
export function simulateTraffic(
  model: TrafficModel,
  range: { from: number; to: number; windowSeconds: number },
  next: () => number,
): TrafficWindow[] {
  const windows: TrafficWindow[] = []
  let left = 0
  const fails = (seconds: number): boolean => {
    if (left > 0) {
      left--
      return true
    }
    const rate = model.rate(seconds)
    // A run begins so often that runs of `cluster` make up the wanted share of all requests.
    if (next() >= rate / (model.cluster - rate * (model.cluster - 1))) return false
    left = model.cluster - 1
    return true
  }
  for (let start = range.from; start < range.to; start += range.windowSeconds) {
    let [requests, failures] = [0, 0]
    for (let second = start; second < start + range.windowSeconds; second++) {
      for (let count = poisson(model.perSecond(second), next); count > 0; count--) {
        requests++
        if (fails(second)) failures++
      }
    }
    if (requests > 0) windows.push({ at: instantOf(start * 1_000), requests, failures, errors: 0 })
  }
  return windows
}

/** Knuth's method: the number of arrivals in one unit of time. */
function poisson(mean: number, next: () => number): number {
  const limit = Math.exp(-mean)
  let count = -1
  for (let product = 1; product > limit; product *= next()) count++
  return count
}
