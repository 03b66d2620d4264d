import type { Counts } from '../verdict/sequential-test.ts'
import { percent } from '../words/percent.ts'
import type { Traffic } from './alert-store.ts'

/** Failed requests, and requests that reported an error. Most faults show in both, so they are never added up. */
export type TrafficSignal = 'failures' | 'errors'
export type RequestCounts = Omit<Traffic, 'service' | 'release'>

/** More errors than requests count as every request. */
export const signalCounts = (counts: RequestCounts, signal: TrafficSignal): Counts => ({
  trials: counts.requests,
  bad: Math.min(counts[signal], counts.requests),
})

/** 0 to 1; nothing at all is no fault. */
export const share = ({ trials, bad }: Counts): number => (trials === 0 ? 0 : bad / trials)

/** `31.2 % of 120 requests to backend failed`: alert and verdict say it alike, so that they can be held side by side. */
export const saidShare = (signal: TrafficSignal, subject: string, counts: Counts): string =>
  `${percent(share(counts))} of ${counts.trials} requests to ${subject} ${signal === 'failures' ? 'failed' : 'reported errors'}`

/** A window as it was, in the largest unit that keeps its length honest: `75 s`, `5 min`, `36 h`. */
export function saidWindow(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`
}
