import { expect, test } from 'vitest'
import type { RequestCounts } from '../alert/said-share.ts'
import { formerTraffic } from './former-traffic.ts'
import { judgeRelease, type ServiceTraffic } from './judge-release.ts'
import type { TrafficWindow } from './traffic-window.ts'

const settings = { minimumRequests: 20, falseAlarms: 0.01, withinMs: 600_000 }
const liveAt = '2026-11-23T10:00:00.000Z'
const soon = '2026-11-23T10:00:10.000Z'
const late = '2026-11-23T10:10:00.000Z'
const side = (requests: number, failures = 0, errors = 0) => ({ requests, failures, errors })
const judge = (former: RequestCounts, current: RequestCounts, now = soon) =>
  judgeRelease({ services: [traffic('backend', former, current)], settings, liveAt, now })

/** Spreads counts evenly: over half an hour before, over seconds of up to 20 requests after. */
const traffic = (service: string, former: RequestCounts, current: RequestCounts): ServiceTraffic => ({
  service,
  former: formerTraffic(spread(former, 30, 60_000, Date.parse(liveAt) - 1_800_000)),
  current: spread(current, Math.max(1, Math.ceil(current.requests / 20)), 1_000, Date.parse(liveAt)),
})

function spread(counts: RequestCounts, parts: number, everyMs: number, from: number): TrafficWindow[] {
  const part = (total: number, index: number) =>
    Math.round((total * (index + 1)) / parts) - Math.round((total * index) / parts)
  return Array.from({ length: parts }, (_, index) => ({
    at: new Date(from + index * everyMs).toISOString(),
    requests: part(counts.requests, index),
    failures: part(counts.failures, index),
    errors: part(counts.errors, index),
  }))
}

test('says nothing on fewer requests than the minimum', () => {
  expect(judge(side(1000, 2), side(19, 19)).state).toBe('watching')
})

test('says of which service most is still missing, and not that 25 are too few of 20', () => {
  const services = (web: number, api: number): ServiceTraffic[] => [
    traffic('web', side(1000, 20), side(web)),
    traffic('api', side(1000, 20), side(api)),
    traffic('idle', side(1000), side(0)),
  ]
  const summary = (web: number, api: number) =>
    judgeRelease({ services: services(web, api), settings, liveAt, now: soon }).summary
  expect(summary(0, 0)).toBe('watching: 0 of at least 20 requests')
  expect(summary(500, 3)).toBe('watching: 3 of at least 20 requests to api')
  expect(summary(25, 500)).toBe('watching: 25 requests to web, too few to be sure')
})

test('calls 30 % failures worse within 60 requests, in words', () => {
  const verdict = judge(side(1000, 3), side(60, 18))
  expect(verdict).toMatchObject({ state: 'worse', decidedAt: soon })
  expect(verdict.summary).toBe(
    '30 % of 60 requests to backend failed in the 10 s since it went live, 0.3 % of 1000 before',
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

test('when time is over and traffic was enough, says what was seen instead of "too few"', () => {
  expect(judge(side(1000, 10), side(60, 4), late)).toMatchObject({
    state: 'inconclusive',
    summary: 'no clear answer: 6.7 % of 60 requests to backend failed, up to 3 % is tolerated',
  })
  expect(judge(side(1000, 10), side(10, 1), late).summary).toBe(
    'too little traffic to tell: 10 requests, at least 20 were needed',
  )
})

test('a service without traffic does not keep the others from a verdict', () => {
  const services = [traffic('backend', side(1000, 2), side(400)), traffic('marketing', side(0), side(0))]
  expect(judgeRelease({ services, settings, liveAt, now: soon }).state).toBe('healthy')
})
