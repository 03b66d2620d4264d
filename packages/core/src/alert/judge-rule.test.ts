import { expect, test } from 'vitest'
import type { AlertConfig } from '../config/config.ts'
import type { Monitor } from '../monitor/monitor.ts'
import { formerTraffic } from '../verdict/former-traffic.ts'
import { judgeRelease } from '../verdict/judge-release.ts'
import type { Alert } from './alert.ts'
import { factsOf, judgeRule, type RuleSubject } from './judge-rule.ts'
import type { RequestCounts } from './said-share.ts'

const rule = {
  rule: 'errorRate',
  over: '5m',
  above: '3x',
  minimumRequests: 20,
  severity: 'critical',
  environments: ['production'],
} as const
const downRule = {
  rule: 'down',
  monitor: 'api',
  for: '10s',
  severity: 'critical',
  environments: ['production'],
} as const
const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 10, 0, second)).toISOString()
const subject = (open: Alert | null, second = 0): Omit<RuleSubject, 'release'> => ({
  name: 'error-spike',
  project: 'p',
  environment: 'production',
  now: at(second),
  newId: () => 'a1',
  open: open ? [open] : [],
})
interface Counted {
  service: string
  release: string
  current: RequestCounts
  usual: RequestCounts
}
const decideErrorRate = (
  settings: Extract<AlertConfig, { rule: 'errorRate' }>,
  { service, release, current, usual }: Counted,
  at: Omit<RuleSubject, 'release'>,
) => judgeRule(settings, { traffic: [{ service, current, before: usual }] }, { ...at, release }).changes[0] ?? null
const decideDown = (
  settings: Extract<AlertConfig, { rule: 'down' }>,
  monitor: Monitor | null,
  release: string | null,
  at: Omit<RuleSubject, 'release'>,
) => judgeRule(settings, { monitor }, { ...at, release }).changes[0] ?? null
const counts = (requests: number, failures = 0, errors = 0) => ({ requests, failures, errors })
const facts = (current: ReturnType<typeof counts>, usual = counts(1000, 10)) => ({
  service: 'backend',
  release: 'r1',
  current,
  usual,
})
const firing = (): Alert => {
  const change = decideErrorRate({ ...rule, environments: ['production'] }, facts(counts(100, 40)), subject(null))
  if (!change) throw new Error('expected it to fire')
  return change.alert
}

test('fires above a multiple of the usual rate, naming service, release, window and numbers', () => {
  expect(firing()).toMatchObject({
    state: 'firing',
    key: 'error-spike/production/backend',
    release: 'r1',
    firedAt: at(0),
    summary: '40 % of 100 requests to backend on r1 failed in the last 5 min, above 3 %',
  })
})

test('concludes nothing from a handful of requests', () => {
  expect(decideErrorRate({ ...rule, environments: [] }, facts(counts(19, 19)), subject(null))).toBeNull()
})

test('a large multiple of nothing is not an alert', () => {
  expect(
    decideErrorRate({ ...rule, environments: [] }, facts(counts(100, 1), counts(10_000, 1)), subject(null)),
  ).toBeNull()
})

test('error events count as bad requests', () => {
  expect(decideErrorRate({ ...rule, environments: [] }, facts(counts(100, 0, 50)), subject(null))).toMatchObject({
    changed: 'firing',
    alert: { summary: '50 % of 100 requests to backend on r1 reported errors in the last 5 min, above 3 %' },
  })
})

test('a request that fails and reports an error is one bad request', () => {
  const share = { ...rule, above: 0.4, environments: [] }
  expect(decideErrorRate(share, facts(counts(100, 31, 31)), subject(null))).toBeNull()
  expect(decideErrorRate({ ...share, above: 0.3 }, facts(counts(100, 31, 31)), subject(null))).toMatchObject({
    alert: { summary: '31 % of 100 requests to backend on r1 failed in the last 5 min, above 30 %' },
  })
})

test('what is usual is counted in the same way', () => {
  const usual = counts(1_000, 50, 50)
  expect(decideErrorRate({ ...rule, environments: [] }, facts(counts(100, 15), usual), subject(null))).toBeNull()
  expect(decideErrorRate({ ...rule, environments: [] }, facts(counts(100, 16), usual), subject(null))).toMatchObject({
    alert: { summary: '16 % of 100 requests to backend on r1 failed in the last 5 min, above 15 %' },
  })
})

test('alert and verdict say the share of the same requests in the same words', () => {
  const current = counts(120, 37, 30)
  const alert = decideErrorRate({ ...rule, over: '30s', environments: [] }, facts(current), subject(null))?.alert
  const verdict = judgeRelease({
    services: [
      {
        service: 'backend',
        former: formerTraffic([{ at: at(-60), ...counts(1_000, 10) }]),
        current: [1, 2, 3].map(second => ({ at: at(second), ...counts(40, second === 1 ? 13 : 12, 10) })),
      },
    ],
    settings: { minimumRequests: 20, falseAlarms: 0.01, withinMs: 600_000 },
    liveAt: at(0),
    now: at(30),
  })
  expect(alert?.summary).toBe('30.8 % of 120 requests to backend on r1 failed in the last 30 s, above 3 %')
  expect(verdict.summary).toBe(
    '30.8 % of 120 requests to backend failed in the 30 s since it went live, 1 % of 1000 before',
  )
})

test('takes a share of requests as it is', () => {
  const share = { ...rule, above: 0.05, environments: [] }
  expect(decideErrorRate(share, facts(counts(100, 5)), subject(null))).toBeNull()
  expect(decideErrorRate(share, facts(counts(100, 6)), subject(null))?.changed).toBe('firing')
})

test('does not say twice that it fires, and resolves only well below its threshold', () => {
  const alert = firing()
  const share = { ...rule, above: 0.1, environments: [] }
  expect(decideErrorRate(share, facts(counts(100, 40)), subject(alert))).toBeNull()
  expect(decideErrorRate(share, facts(counts(100, 9)), subject(alert))).toBeNull()
  expect(decideErrorRate(share, facts(counts(100, 8)), subject(alert))).toMatchObject({
    changed: 'resolved',
    alert: { resolvedAt: at(0) },
  })
})

const monitor = (state: Monitor['state']): Monitor => ({
  id: 'm',
  project: 'p',
  environment: 'production',
  service: 'backend',
  name: 'api',
  type: 'http',
  target: 'http://127.0.0.1:1',
  everyMs: 1,
  timeoutMs: 1,
  confirmations: 1,
  state,
  since: at(0),
  streak: 0,
  last: {
    monitor: 'm',
    at: at(0),
    isOk: state === 'up',
    status: null,
    latencyMs: 1,
    error: state === 'up' ? null : 'refused',
  },
})

test('a monitor that is down waits for its time, then fires once, then resolves', () => {
  const settings = { ...downRule, environments: [] }
  const pending = decideDown(settings, monitor('down'), 'r1', subject(null, 0))
  expect(pending).toMatchObject({ changed: 'pending', alert: { since: at(0), summary: 'api is down: refused' } })
  const open = pending?.alert ?? null
  expect(decideDown(settings, monitor('down'), 'r1', subject(open, 9))).toBeNull()
  const fired = decideDown(settings, monitor('down'), 'r1', subject(open, 10))
  expect(fired).toMatchObject({ changed: 'firing', alert: { firedAt: at(10) } })
  expect(decideDown(settings, monitor('up'), 'r1', subject(fired?.alert ?? null, 12))?.changed).toBe('resolved')
  expect(decideDown(settings, monitor('up'), 'r1', subject(null, 12))).toBeNull()
})

test('an unknown monitor is not down', () => {
  expect(
    decideDown({ ...downRule, environments: [] }, { ...monitor('unknown'), last: null }, null, subject(null)),
  ).toBeNull()
})

test('what fires goes on while nothing is known, and what is pending does not begin', () => {
  const settings = { ...downRule, environments: [] }
  const fired = decideDown(settings, monitor('down'), 'r1', { ...subject(null, 0) })?.alert ?? null
  const firing = fired && { ...fired, state: 'firing' as const, firedAt: at(0) }
  expect(decideDown(settings, monitor('unknown'), 'r1', subject(firing, 60))).toBeNull()
  expect(decideDown(settings, monitor('unknown'), 'r1', subject(fired, 60))?.changed).toBe('resolved')
  expect(decideDown(settings, monitor('up'), 'r1', subject(firing, 60))?.changed).toBe('resolved')
})

test('a rule says when it wants to be looked at again, and nothing while only facts can change its answer', () => {
  const again = (settings: AlertConfig, given: Parameters<typeof judgeRule>[1], open: Alert | null, second = 0) =>
    judgeRule(settings, given, { ...subject(open, second), release: 'r1' }).againInMs
  const down: AlertConfig = { ...downRule, environments: [] }
  const rate: AlertConfig = { ...rule, environments: [] }
  const pending = decideDown(down, monitor('down'), 'r1', subject(null, 0))?.alert ?? null
  expect(again(down, { monitor: monitor('up') }, null)).toBeNull()
  expect(again(down, { monitor: monitor('down') }, null, 0)).toBe(10_000)
  expect(again(down, { monitor: monitor('down') }, pending, 4)).toBe(6_000)
  expect(again(down, { monitor: monitor('down') }, pending && { ...pending, state: 'firing' }, 20)).toBeNull()
  expect(again(rate, { traffic: [] }, null)).toBeNull()
  const traffic = [{ service: 'backend', current: counts(1), before: counts(0) }]
  expect(again(rate, { traffic }, null)).toBe(15_000)
  expect(again({ ...rate, over: '1m' }, { traffic }, null)).toBe(3_000)
  expect(again(rate, { traffic: [] }, firing())).toBe(15_000)
})

test('asks for a day of traffic before only where it is compared with what is usual', () => {
  expect(factsOf({ ...rule, environments: [] })).toEqual({ traffic: { overMs: 300_000, beforeMs: 86_400_000 } })
  expect(factsOf({ ...rule, above: 0.1, environments: [] })).toEqual({ traffic: { overMs: 300_000, beforeMs: null } })
  expect(factsOf({ ...downRule, environments: [] })).toEqual({ monitor: { name: 'api' } })
})

test('an alert of a service that a rule watches no longer is withdrawn; of a monitor that is gone it goes on', () => {
  const settings: AlertConfig = { ...downRule, environments: [] }
  const fired = decideDown({ ...settings, for: '0s' }, monitor('down'), 'r1', subject(null))?.alert ?? null
  const judged = (given: Monitor | null) =>
    judgeRule(settings, { monitor: given }, { ...subject(fired, 60), release: null })
  expect(judged({ ...monitor('down'), service: 'other' })).toMatchObject({
    withdrawn: [{ service: 'backend' }],
    changes: [{ changed: 'pending', alert: { service: 'other' } }],
  })
  expect(judged(null)).toMatchObject({ withdrawn: [], changes: [] })
})
