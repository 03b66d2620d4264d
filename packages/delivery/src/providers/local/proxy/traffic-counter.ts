import type { TrafficSample } from '@gantry/core'

export interface TrafficCounter {
  count(of: Omit<TrafficSample, 'at' | 'requests' | 'failures' | 'errors'>, isFailure: boolean): void
  /** Hands over the seconds that are over; with `everything` the present one too. */
  flush(everything?: boolean): void
}

/** Counts requests by service, release and second. */
export function trafficCounter(now: () => Date, onTraffic: (samples: TrafficSample[]) => void): TrafficCounter {
  let samples = new Map<string, TrafficSample>()
  const second = () => new Date(Math.floor(now().getTime() / 1_000) * 1_000).toISOString()
  return {
    count(of, isFailure) {
      const at = second()
      const key = [at, of.project, of.environment, of.service, of.release].join(' ')
      const sample = samples.get(key) ?? { ...of, at, requests: 0, failures: 0, errors: 0 }
      sample.requests += 1
      if (isFailure) sample.failures += 1
      samples.set(key, sample)
    },
    flush(everything = false) {
      const present = second()
      const isOver = (sample: TrafficSample) => everything || sample.at < present
      const over = [...samples.values()].filter(isOver)
      samples = new Map([...samples].filter(([, sample]) => !isOver(sample)))
      if (over.length > 0) onTraffic(over)
    },
  }
}
