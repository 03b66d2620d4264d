import { type SimulatedVerdict, simulateVerdict } from '../packages/core/src/verdict/simulate-verdicts.ts'
import { seededRandom, type TrafficModel } from '../packages/core/src/verdict/simulated-traffic.ts'
import { type Benchmark, type Row, seconds } from './row.ts'

/** What the config states when nothing is said, and what a verdict is held to. */
const settings = { minimumRequests: 50, falseAlarms: 0.01 }
const times = 1_000
const day = 86_400
const hour = 3_600

/** Releases that are sound, and releases that are not, by simulation: how often and how fast they are called worse. */
export const benchmark: Benchmark = {
  name: 'verdict',
  async measure() {
    const steady = [1, 3, 8].flatMap(cluster => [0.01, 0.05].map(rate => falseAlarms(steadyTraffic(rate, cluster))))
    return [
      ...steady,
      falseAlarms(dailyTraffic, {
        liveAt: 12 * hour,
        formerSeconds: day,
        times: 200,
        what: 'worst hours of a daily cycle',
      }),
      falseAlarms(dailyTraffic, {
        liveAt: 6 * hour,
        formerSeconds: day,
        times: 200,
        what: 'rising hours of a daily cycle',
      }),
      ...[5, 10, 20, 50].map(detection),
    ]
  },
}

interface Case {
  what: string
  rate(second: number): number
  model: TrafficModel
}

const steadyTraffic = (rate: number, cluster: number): Case => ({
  what:
    cluster === 1 ? `${100 * rate} % failures, each by itself` : `${100 * rate} % failures in clusters of ${cluster}`,
  rate: () => rate,
  model: { rate: () => rate, cluster, perSecond: () => 10 },
})

const wave = (second: number): number => Math.cos((2 * Math.PI * second) / day)
const dailyRate = (second: number): number => 0.03 - 0.024 * wave(second)
const dailyTraffic: Case = {
  what: 'a daily cycle',
  rate: dailyRate,
  model: { rate: dailyRate, cluster: 3, perSecond: second => 1.2 - wave(second) },
}

function falseAlarms(
  { what, model }: Case,
  change: { liveAt?: number; formerSeconds?: number; times?: number; what?: string } = {},
): Row {
  const asked = { liveAt: 12 * hour, formerSeconds: 300, times, what, ...change }
  const all = simulated(model, model, asked, 300)
  const share = all.filter(({ state }) => state === 'worse').length / all.length
  return {
    what: `sound release called worse: ${asked.what}`,
    measured: `${(100 * share).toFixed(2)} % of ${all.length}`,
    target: `<= ${100 * settings.falseAlarms} %`,
    isMet: share <= settings.falseAlarms,
  }
}

function detection(perSecond: number): Row {
  const [good, bad] = [0.005, 0.1].map(rate => ({ rate: () => rate, cluster: 1, perSecond: () => perSecond }))
  if (!good || !bad) throw new Error('two models are simulated')
  const all = simulated(good, bad, { liveAt: 12 * hour, formerSeconds: Math.ceil(3_000 / perSecond), times: 500 }, 300)
  const mean = (pick: (verdict: SimulatedVerdict) => number) =>
    all.reduce((sum, one) => sum + pick(one), 0) / all.length
  const found = all.filter(({ state }) => state === 'worse').length
  const [requests, time] = [mean(one => one.requests), mean(one => one.seconds)]
  // A slot lasts a second at least: where more than 20 requests come in one, the time to find it is what counts.
  const isByRequests = perSecond <= 20
  return {
    what: `10 % failures after 0.5 %, ${perSecond} requests/s: found`,
    measured: `${found} of ${all.length}, ${requests.toFixed(0)} requests, ${seconds(1_000 * time)}`,
    target: `>= 99 %, ${isByRequests ? '< 200 requests' : '< 15 s'}`,
    isMet: found >= 0.99 * all.length && (isByRequests ? requests < 200 : time < 15),
  }
}

function simulated(
  former: TrafficModel,
  current: TrafficModel,
  asked: { liveAt: number; formerSeconds: number; times: number },
  watchSeconds: number,
): SimulatedVerdict[] {
  const next = seededRandom(23)
  return Array.from({ length: asked.times }, () =>
    simulateVerdict({ former, current, ...asked, watchSeconds, settings }, next),
  )
}
