import type { Deployment, Monitor, Verdict } from '@gantry/core'
import { expect, test } from 'vitest'
import { cellHealth } from './cell-health.ts'
import { plainSummary } from './plain-summary.ts'

const signal = (state: Verdict['state']): Verdict['signals'][number] => ({
  signal: 'failures',
  service: 'web',
  former: { trials: 100, bad: 0 },
  current: { trials: 40, bad: 12 },
  toleratedRate: 0.02,
  state,
})
const live = (verdict: Verdict | null): Deployment => ({
  id: 'd',
  project: 'p',
  environment: 'production',
  release: 'a'.repeat(40),
  formerRelease: null,
  kind: 'deploy',
  state: 'live',
  steps: [],
  requestedBy: 'Ana',
  reason: null,
  runId: null,
  createdAt: '2026-11-23T10:00:00.000Z',
  liveAt: '2026-11-23T10:00:10.000Z',
  finishedAt: null,
  failure: null,
  verdict,
  version: 1,
})
const verdict = (state: Verdict['state'], summary: string): Verdict => ({
  state,
  summary,
  decidedAt: null,
  signals: [signal(state)],
})
const monitor = (state: Monitor['state'], last: Monitor['last'] = null) => ({ name: 'home', state, last }) as Monitor
const traffic = (requests: number, failures: number, errors = 0) => ({
  service: 'web',
  release: 'a'.repeat(40),
  requests,
  failures,
  errors,
})
const health = (over: Partial<Parameters<typeof cellHealth>[0]> = {}) =>
  cellHealth({ deployment: live(null), monitors: [], traffic: null, windowMs: 300_000, service: 'web', ...over })

test('nothing known is unknown, never healthy', () => {
  expect(health({ deployment: null })).toEqual({ health: 'unknown', healthDetail: 'nothing was deployed here yet' })
  expect(health()).toEqual({ health: 'unknown', healthDetail: 'no monitor watches it' })
  expect(health({ monitors: [monitor('unknown')] })).toEqual({ health: 'unknown', healthDetail: 'not checked yet' })
})

test('a failing monitor goes before everything, and says what it saw', () => {
  const check = { error: null, status: 503 } as Monitor['last']
  const worse = live(verdict('worse', '30 % failed'))
  expect(health({ deployment: worse, monitors: [monitor('up'), monitor('down', check)] })).toEqual({
    health: 'down',
    healthDetail: 'home fails: status 503',
  })
  expect(health({ monitors: [monitor('down', { ...check, error: 'refused' } as Monitor['last'])] }).healthDetail).toBe(
    'home fails: refused',
  )
  expect(health({ monitors: [monitor('down')] }).healthDetail).toBe('home fails: status unknown')
})

test('a verdict counts for the services it is about', () => {
  expect(health({ deployment: live(verdict('worse', '30 % failed')) })).toEqual({
    health: 'worse',
    healthDetail: '30 % failed',
  })
  expect(health({ deployment: live(verdict('worse', '30 % failed')), service: 'other' }).health).toBe('unknown')
})

test('what is watched says what was seen of it; one that was seen enough is no longer watched', () => {
  const watching = verdict('watching', 'watching: 3 of at least 20 requests')
  const seen = { traffic: traffic(12, 0), monitors: [monitor('up')] }
  expect(health({ deployment: live(watching), ...seen })).toEqual({
    health: 'watching',
    healthDetail: '0 % of 12 requests in 5 min fail, 0 error events',
  })
  const enough = { ...watching, signals: [signal('healthy')] }
  expect(health({ deployment: live(enough), ...seen }).health).toBe('healthy')
})

test('a summary does not say twice what the state beside it says', () => {
  expect(plainSummary(verdict('healthy', 'no worse than before'))).toBe('no worse than before')
  expect(plainSummary(verdict('worse', 'watching: odd'))).toBe('watching: odd')
})

test('much traffic that fails is degraded; a little is not enough to say so', () => {
  expect(health({ traffic: traffic(20, 0, 2), monitors: [monitor('up')] })).toEqual({
    health: 'degraded',
    healthDetail: '0 % of 20 requests in 5 min fail, 2 error events',
  })
  expect(health({ traffic: traffic(19, 19), monitors: [monitor('up')] }).health).toBe('healthy')
  expect(health({ traffic: traffic(100, 5), monitors: [monitor('up')] }).health).toBe('healthy')
  expect(health({ monitors: [monitor('up')] }).healthDetail).toBe('its checks pass; no requests in 5 min')
  expect(health({ traffic: traffic(0, 0, 1), monitors: [monitor('up')] }).healthDetail).toBe(
    'its checks pass; no requests in 5 min',
  )
})

test('a fault that fails a request and reports an error counts once, and the window is said', () => {
  expect(health({ traffic: traffic(100, 4, 4), monitors: [monitor('up')], windowMs: 60_000 })).toEqual({
    health: 'healthy',
    healthDetail: '4 % of 100 requests in 60 s fail, 4 error events',
  })
  expect(health({ traffic: traffic(100, 4, 6), monitors: [monitor('up')] }).health).toBe('degraded')
})
