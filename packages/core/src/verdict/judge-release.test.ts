import { expect, test } from 'vitest'
import { judgeRelease, type ServiceTraffic } from './judge-release.ts'

const settings = { minimumRequests: 20, falseAlarms: 0.01, withinMs: 600_000 }
const liveAt = '2026-11-23T10:00:00.000Z'
const soon = '2026-11-23T10:00:10.000Z'
const late = '2026-11-23T10:10:00.000Z'
const side = (requests: number, failures = 0, errors = 0) => ({ requests, failures, errors })
const judge = (former: ServiceTraffic['former'], current: ServiceTraffic['former'], now = soon) =>
  judgeRelease({ services: [{ service: 'backend', former, current }], settings, liveAt, now })

/** mulberry32: the same numbers on every machine. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

test('says nothing on fewer requests than the minimum', () => {
  expect(judge(side(1000, 2), side(19, 19)).state).toBe('watching')
})

test('says of which service most is still missing, and not that 25 are too few of 20', () => {
  const services = (web: number, api: number): ServiceTraffic[] => [
    { service: 'web', former: side(1000, 20), current: side(web) },
    { service: 'api', former: side(1000, 20), current: side(api) },
    { service: 'idle', former: side(1000), current: side(0) },
  ]
  const summary = (web: number, api: number) =>
    judgeRelease({ services: services(web, api), settings, liveAt, now: soon }).summary
  expect(summary(0, 0)).toBe('watching: 0 of at least 20 requests')
  expect(summary(500, 3)).toBe('watching: 3 of at least 20 requests to api')
  expect(summary(25, 500)).toBe('watching: 25 requests to web, too few to be sure')
})

test('calls 30 % failures worse within 40 requests, in words', () => {
  const verdict = judge(side(1000, 3), side(40, 12))
  expect(verdict).toMatchObject({ state: 'worse', decidedAt: soon })
  expect(verdict.summary).toBe(
    '30 % of 40 requests to backend failed in the 10 s since it went live, 0.3 % of 1000 before',
  )
})

test('sees error events where no request fails', () => {
  const verdict = judge(side(500), side(40, 0, 38))
  expect(verdict.state).toBe('worse')
  expect(verdict.summary).toBe(
    '95 % of 40 requests to backend reported errors in the 10 s since it went live, 0 % of 500 before',
  )
})

test('more errors than requests count as every request', () => {
  expect(judge(side(500), side(30, 0, 900)).signals[1]?.current).toEqual({ trials: 30, bad: 30 })
})

test('does not blame a release for what the former one did too', () => {
  expect(judge(side(1000, 300), side(200, 60)).state).not.toBe('worse')
})

test('calls a release healthy once a clearly bad rate is ruled out', () => {
  expect(judge(side(1000, 3), side(300, 1)).state).toBe('healthy')
})

test('has no former traffic to compare with, and still sees a broken release', () => {
  expect(judge(side(0), side(60, 30))).toMatchObject({
    state: 'worse',
    summary: '50 % of 60 requests to backend failed in the 10 s since it went live, nothing to compare with before',
  })
})

test('is inconclusive when time is over and traffic was too little', () => {
  expect(judge(side(1000, 1), side(5), late)).toMatchObject({ state: 'inconclusive', decidedAt: late })
  expect(judge(side(0), side(0), late).state).toBe('inconclusive')
})

test('a service without traffic does not keep the others from a verdict', () => {
  const services = [
    { service: 'backend', former: side(1000, 2), current: side(400) },
    { service: 'marketing', former: side(0), current: side(0) },
  ]
  expect(judgeRelease({ services, settings, liveAt, now: soon }).state).toBe('healthy')
})

test('calls at most one sound release in a hundred worse, looking after every ten requests', () => {
  const next = random(7)
  let falseAlarms = 0
  for (let release = 0; release < 1_000; release++) {
    const current = side(0)
    while (current.requests < 600) {
      for (let i = 0; i < 10; i++) {
        current.requests++
        if (next() < 0.02) current.failures++
      }
      const { state } = judge(side(2_000, 40), current)
      if (state === 'worse') falseAlarms++
      if (state !== 'watching') break
    }
  }
  expect(falseAlarms).toBeLessThanOrEqual(10)
})

test('detects every release that fails 30 % of requests within 100 requests', () => {
  const next = random(11)
  for (let release = 0; release < 300; release++) {
    const current = side(0)
    let state = 'watching'
    while (state === 'watching' && current.requests < 100) {
      for (let i = 0; i < 10; i++) {
        current.requests++
        if (next() < 0.3) current.failures++
      }
      state = judge(side(2_000, 4), current).state
    }
    expect(state).toBe('worse')
  }
})
