import { saidShare, saidWindow, share, type TrafficSignal } from '../alert/said-share.ts'
import type { Verdict } from '../deployment/deployment.ts'
import { instantMs } from '../duration/instant.ts'
import { percent } from '../words/percent.ts'
import type { FormerTraffic } from './former-traffic.ts'
import { type Counts, evidenceAbove, evidenceBelow } from './sequential-test.ts'
import { dispersion } from './tolerated-rate.ts'
import { slotsOf, type TrafficWindow, totalOf } from './traffic-window.ts'

/** One service under the former release, and under the new one by the second, oldest first. Visitors' requests only. */
export interface ServiceTraffic {
  service: string
  former: FormerTraffic
  current: TrafficWindow[]
}

export interface VerdictSettings {
  minimumRequests: number
  /** Probability that a sound release is called worse, over the whole watch and all signals together. */
  falseAlarms: number
  withinMs: number
}

type Signal = Verdict['signals'][number]

/**
 * Whether the new release does worse than the former one: as early as the evidence allows, never on fewer than
 * `minimumRequests`, and `inconclusive` when time is over. Two signals a service: failed requests, and error events.
 */
export function judgeRelease(facts: {
  services: ServiceTraffic[]
  settings: VerdictSettings
  liveAt: string
  now: string
}): Verdict {
  const { services, settings, liveAt, now } = facts
  const alpha = settings.falseAlarms / Math.max(1, services.length * 2)
  const watchedMs = instantMs(now) - instantMs(liveAt)
  const isOver = watchedMs >= settings.withinMs
  const signals = services.flatMap(service =>
    (['failures', 'errors'] as const).map(signal => judged(service, signal, settings.minimumRequests, alpha, isOver)),
  )
  const state = overall(signals, isOver)
  const summary = summaryOf(state, signals, settings, watchedMs)
  return { state, summary, decidedAt: state === 'watching' ? null : now, signals }
}

function judged(
  traffic: ServiceTraffic,
  signal: TrafficSignal,
  minimum: number,
  alpha: number,
  isOver: boolean,
): Signal {
  const { total, dispersion: formerDispersion, toleratedRate } = traffic.former[signal]
  const current = totalOf(traffic.current, signal)
  const needed = Math.log(1 / alpha)
  const stateOf = (): Signal['state'] => {
    if (current.trials >= minimum) {
      const slots = slotsOf(traffic.current, signal)
      if (evidenceAbove(slots, toleratedRate) >= needed) return 'worse'
      const independent = thinned(current, Math.max(formerDispersion, dispersion(slots)))
      if (evidenceBelow(independent, clearlyBad(toleratedRate)) >= needed) return 'healthy'
    }
    return isOver ? 'inconclusive' : 'watching'
  }
  return { service: traffic.service, signal, former: total, current, toleratedRate, state: stateOf() }
}

/** As many requests as were independent: failures that come together say no more than one of them. */
const thinned = ({ trials, bad }: Counts, by: number): Counts => ({ trials: trials / by, bad: bad / by })

/** A rate nobody would keep: `healthy` means that at least this much was ruled out. */
const clearlyBad = (tolerated: number): number => Math.min(0.98, tolerated + 0.08)

function overall(signals: Signal[], isOver: boolean): Verdict['state'] {
  if (signals.some(({ state }) => state === 'worse')) return 'worse'
  const seen = signals.filter(({ current }) => current.trials > 0)
  if (seen.length > 0 && seen.every(({ state }) => state === 'healthy')) return 'healthy'
  return isOver ? 'inconclusive' : 'watching'
}

function summaryOf(
  state: Verdict['state'],
  signals: Signal[],
  { minimumRequests }: VerdictSettings,
  watchedMs: number,
): string {
  const worst = signals.find(signal => signal.state === 'worse')
  if (worst) return sentence(worst, watchedMs)
  const requests = Math.max(0, ...signals.map(({ current }) => current.trials))
  if (state === 'healthy') return `no worse than before over ${requests} requests`
  if (state === 'inconclusive') return undecided(signals, requests, minimumRequests)
  return `watching: ${awaited(signals, minimumRequests)}`
}

function undecided(signals: Signal[], requests: number, minimum: number): string {
  if (requests < minimum) return `too little traffic to tell: ${requests} requests, at least ${minimum} were needed`
  const open = signals.filter(signal => signal.state === 'inconclusive' && signal.current.trials > 0)
  const [first] = open.toSorted((a, b) => share(b.current) - b.toleratedRate - (share(a.current) - a.toleratedRate))
  if (!first) return `no clear answer over ${requests} requests`
  const { signal, service, current, toleratedRate: tolerated } = first
  return `no clear answer: ${saidShare(signal, service, current)}, up to ${percent(tolerated)} is tolerated`
}

/** What decides last: of the services that are used, the one with the fewest requests that cannot be told yet. */
function awaited(signals: Signal[], minimum: number): string {
  const [slowest] = signals
    .filter(({ state, current }) => state === 'watching' && current.trials > 0)
    .toSorted((a, b) => a.current.trials - b.current.trials)
  if (!slowest) return `0 of at least ${minimum} requests`
  const { service, current } = slowest
  if (current.trials < minimum) return `${current.trials} of at least ${minimum} requests to ${service}`
  return `${current.trials} requests to ${service}, too few to be sure`
}

/** Whose requests, since when, and what they are compared with: an alert on the same fault looks at another window. */
function sentence({ signal, service, former, current }: Signal, watchedMs: number): string {
  const before =
    former.trials === 0 ? 'nothing to compare with before' : `${percent(share(former))} of ${former.trials} before`
  return `${saidShare(signal, service, current)} in the ${saidWindow(watchedMs)} since it went live, ${before}`
}
