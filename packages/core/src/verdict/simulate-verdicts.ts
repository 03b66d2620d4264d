import { instantMs, instantOf } from '../duration/instant.ts'
import { formerTraffic } from './former-traffic.ts'
import { judgeRelease, type VerdictSettings } from './judge-release.ts'
import { simulateTraffic, type TrafficModel } from './simulated-traffic.ts'

/** One release replacing another: how traffic went before, and how it goes since. Times are seconds of the model. */
export interface Replacement {
  former: TrafficModel
  current: TrafficModel
  formerSeconds: number
  watchSeconds: number
  /** Second of the day at which it goes live; the former release's traffic ends there. */
  liveAt: number
  settings: Pick<VerdictSettings, 'minimumRequests' | 'falseAlarms'>
}

export interface SimulatedVerdict {
  state: 'worse' | 'healthy' | 'undecided'
  requests: number
  seconds: number
}

/** Simulates one release and looks at it once a second, as the server does, until there is a verdict or time is over. */
export function simulateVerdict(replacement: Replacement, next: () => number): SimulatedVerdict {
  const { liveAt, formerSeconds, watchSeconds, settings } = replacement
  const from = liveAt - formerSeconds
  const former = formerTraffic(simulateTraffic(replacement.former, { from, to: liveAt, windowSeconds: 60 }, next))
  const all = simulateTraffic(replacement.current, { from: liveAt, to: liveAt + watchSeconds, windowSeconds: 1 }, next)
  let requests = 0
  for (const [index, window] of all.entries()) {
    requests += window.requests
    const { state } = judgeRelease({
      services: [{ service: 'backend', former, current: all.slice(0, index + 1) }],
      settings: { ...settings, withinMs: Number.MAX_SAFE_INTEGER },
      liveAt: instantOf(liveAt * 1_000),
      now: window.at,
    })
    if (state === 'worse' || state === 'healthy')
      return { state, requests, seconds: instantMs(window.at) / 1_000 - liveAt + 1 }
  }
  return { state: 'undecided', requests, seconds: watchSeconds }
}
