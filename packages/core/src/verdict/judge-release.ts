import { type RequestCounts, saidShare, saidWindow, share, signalCounts } from '../alert/said-share.ts'
import type { Verdict } from '../deployment/deployment.ts'
import { instantMs } from '../duration/instant.ts'
import { percent } from '../words/percent.ts'
import { type Counts, evidenceAbove, evidenceBelow, toleratedRate } from './sequential-test.ts'

/** What one service answered and reported, under the former release and under the new one. */
export interface ServiceTraffic {
  service: string
  former: RequestCounts
  current: RequestCounts
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
    signalsOf(service).map(signal => judged(signal, settings.minimumRequests, alpha, isOver)),
  )
  const state = overall(signals, isOver)
  const summary = summaryOf(state, signals, settings, watchedMs)
  return { state, summary, decidedAt: state === 'watching' ? null : now, signals }
}

function signalsOf({ service, former, current }: ServiceTraffic): Omit<Signal, 'state' | 'toleratedRate'>[] {
  return (['failures', 'errors'] as const).map(signal => ({
    service,
    signal,
    former: signalCounts(former, signal),
    current: signalCounts(current, signal),
  }))
}

function judged(
  signal: Omit<Signal, 'state' | 'toleratedRate'>,
  minimum: number,
  alpha: number,
  isOver: boolean,
): Signal {
  const tolerated = toleratedRate(signal.former)
  return { ...signal, toleratedRate: tolerated, state: stateOf(signal.current, tolerated, minimum, alpha, isOver) }
}

function stateOf(current: Counts, tolerated: number, minimum: number, alpha: number, isOver: boolean): Signal['state'] {
  const needed = Math.log(1 / alpha)
  if (current.trials >= minimum) {
    if (evidenceAbove(current, tolerated) >= needed) return 'worse'
    if (evidenceBelow(current, clearlyBad(tolerated)) >= needed) return 'healthy'
  }
  return isOver ? 'inconclusive' : 'watching'
}

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
  if (state === 'inconclusive')
    return `too little traffic to tell: ${requests} requests, at least ${minimumRequests} were needed`
  return `watching: ${awaited(signals, minimumRequests)}`
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
