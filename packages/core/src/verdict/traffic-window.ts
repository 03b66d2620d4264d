import { type RequestCounts, signalCounts, type TrafficSignal } from '../alert/said-share.ts'
import { instantMs } from '../duration/instant.ts'
import type { Counts } from './sequential-test.ts'

/** What one service answered and reported in a stretch of time. */
export interface TrafficWindow extends RequestCounts {
  /** Start of the stretch. */
  at: string
}

/** Requests of a slot at least: a client that retries, or a few that meet the same hiccup, fall into one or two slots. */
const leastOfSlot = 10

/**
 * Joins windows, oldest first, into slots of at least `leastOfSlot` requests. Where a slot ends depends on the number of
 * requests alone, never on how they went. What comes after the last full slot waits for the next look.
 */
export function slotsOf(windows: readonly TrafficWindow[], signal: TrafficSignal): Counts[] {
  const slots: Counts[] = []
  let open = nothing
  for (const window of windows) {
    open = added(open, window)
    if (open.requests < leastOfSlot) continue
    slots.push(signalCounts(open, signal))
    open = nothing
  }
  return slots
}

const hourMs = 3_600_000

/** Sums by the hour, counted from the first window. */
export function hoursOf(windows: readonly TrafficWindow[], signal: TrafficSignal): Counts[] {
  const hours = new Map<number, RequestCounts>()
  const start = windows[0] ? instantMs(windows[0].at) : 0
  for (const window of windows) {
    const hour = Math.floor((instantMs(window.at) - start) / hourMs)
    hours.set(hour, added(hours.get(hour), window))
  }
  return [...hours.values()].map(counts => signalCounts(counts, signal))
}

/** Sums of all windows. */
export const totalOf = (windows: readonly TrafficWindow[], signal: TrafficSignal): Counts =>
  signalCounts(windows.reduce<RequestCounts>(added, nothing), signal)

const nothing: RequestCounts = { requests: 0, failures: 0, errors: 0 }

const added = (a: RequestCounts = nothing, b: RequestCounts): RequestCounts => ({
  requests: a.requests + b.requests,
  failures: a.failures + b.failures,
  errors: a.errors + b.errors,
})
