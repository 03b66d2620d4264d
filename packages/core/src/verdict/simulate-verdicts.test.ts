import { expect, test } from 'vitest'
import { type Replacement, type SimulatedVerdict, simulateVerdict } from './simulate-verdicts.ts'
import { seededRandom, type TrafficModel } from './simulated-traffic.ts'

const steady = (rate: number, cluster = 1, perSecond = 10): TrafficModel => ({
  rate: () => rate,
  cluster,
  perSecond: () => perSecond,
})

/** Few failures by night, many by day, and as much more traffic. */
const daily: TrafficModel = {
  rate: second => 0.03 - 0.024 * Math.cos((2 * Math.PI * second) / 86_400),
  cluster: 1,
  perSecond: second => 1.2 - Math.cos((2 * Math.PI * second) / 86_400),
}

function verdicts(times: number, change: Partial<Replacement> & Pick<Replacement, 'former' | 'current'>) {
  const next = seededRandom(17)
  const replacement: Replacement = {
    formerSeconds: 300,
    watchSeconds: 120,
    liveAt: 43_200,
    settings: { minimumRequests: 50, falseAlarms: 0.01 },
    ...change,
  }
  return Array.from({ length: times }, () => simulateVerdict(replacement, next))
}

const count = (all: SimulatedVerdict[], state: SimulatedVerdict['state']) =>
  all.filter(verdict => verdict.state === state).length
const meanRequests = (all: SimulatedVerdict[]) => all.reduce((sum, { requests }) => sum + requests, 0) / all.length

test.each([1, 3, 8])('calls hardly a sound release worse when failures come in runs of %i', cluster => {
  const all = [0.01, 0.05].flatMap(rate => {
    const model = steady(rate, cluster)
    return verdicts(100, { former: model, current: model })
  })
  // The stated rate is 1 %: more than 6 of 200 would come by chance once in 200 runs of this test.
  expect(count(all, 'worse')).toBeLessThanOrEqual(6)
})

test('calls hardly a sound release worse when runs of failures last for seconds', () => {
  const model = steady(0.03, 8, 1)
  const all = verdicts(100, { former: model, current: model, formerSeconds: 3_600, watchSeconds: 600 })
  expect(count(all, 'worse')).toBeLessThanOrEqual(4)
})

test('calls hardly a sound release worse that goes live in the worst hours of the day', () => {
  const all = verdicts(60, { former: daily, current: daily, formerSeconds: 86_400, watchSeconds: 300 })
  expect(count(all, 'worse')).toBeLessThanOrEqual(3)
})

test('finds 10 % failures after 0.5 % in fewer than 200 requests on average', () => {
  const all = verdicts(200, { former: steady(0.005), current: steady(0.1) })
  expect(count(all, 'worse')).toBe(200)
  expect(meanRequests(all)).toBeLessThan(200)
})

test('finds three times the failures of a former release that had many', () => {
  const all = verdicts(100, { former: steady(0.05), current: steady(0.15) })
  expect(count(all, 'worse')).toBeGreaterThanOrEqual(98)
  expect(meanRequests(all)).toBeLessThan(400)
})
