import type { TrafficSignal } from '../alert/said-share.ts'
import type { Counts } from './sequential-test.ts'
import { dispersion, toleratedRate } from './tolerated-rate.ts'
import { hoursOf, type TrafficWindow, totalOf } from './traffic-window.ts'

/** What a new release is compared with, worked out once for each release that goes live. */
export type FormerTraffic = Record<TrafficSignal, { total: Counts; dispersion: number; toleratedRate: number }>

/** `minutes`: a service's traffic under the former release, by the minute, oldest first; minutes without any left out. */
export function formerTraffic(minutes: readonly TrafficWindow[]): FormerTraffic {
  const of = (signal: TrafficSignal) => {
    const total = totalOf(minutes, signal)
    const spread = dispersion(minutes.map(minute => totalOf([minute], signal)))
    return { total, dispersion: spread, toleratedRate: toleratedRate(total, spread, hoursOf(minutes, signal)) }
  }
  return { failures: of('failures'), errors: of('errors') }
}
