import type { Alert, Monitor, Traffic } from '@gantry/core'
import { type Config, local, parseConfig } from '@gantry/core/config'
import { beforeEach, expect, test } from 'vitest'
import { type AlertWatchParts, watchAlerts } from './alert-watch.ts'

const start = Date.parse('2026-11-23T10:00:00.000Z')
let nowMs = start
let alerts = new Map<string, Alert>()
let happened: string[] = []
let traffic: (Traffic & { at: number })[] = []
let monitorState: Monitor['state'] = 'up'
let live: { release: string } | null = { release: 'new' }

const parts = {
  store: {
    alerts: {
      open: async () => [...alerts.values()].filter(({ state }) => state !== 'resolved'),
      save: async (alert: Alert) => void alerts.set(alert.id, alert),
      traffic: async (_: string, { release, from, to }: { release?: string; from: string; to: string }) =>
        traffic.filter(
          one =>
            (release === undefined || one.release === release) && one.at >= Date.parse(from) && one.at < Date.parse(to),
        ),
    },
    deployments: { live: async () => live },
    monitors: {
      list: async () =>
        ['production', 'staging'].map(environment => ({
          ...{ name: 'home', environment, service: 'web', state: monitorState, last: { error: 'refused' } },
        })),
    },
  },
  incidents: {
    async happened({ kind }: { kind: string }) {
      happened.push(kind)
      return { number: 7 }
    },
  },
  now: () => new Date(nowMs),
  newId: () => `a${alerts.size}`,
} as unknown as AlertWatchParts

const config = (rules: object): Config =>
  parseConfig({
    project: 'p',
    services: { web: { path: '.', deploy: local({ kind: 'node', entry: 'x' }) } },
    environments: { staging: { on: 'main' }, production: { from: 'staging' } },
    monitors: { home: { type: 'http', service: 'web' } },
    alerts: rules,
  })
const down = config({ 'web-down': { rule: 'down', monitor: 'home', for: '10s' } })
const spike = config({ spike: { rule: 'errorRate', over: '1m', above: 0.1 } })
const states = () => [...alerts.values()].map(({ environment, state }) => `${environment} ${state}`)
const served = (release: string, requests: number, failures: number) =>
  traffic.push({ service: 'web', release, requests, failures, errors: 0, at: nowMs })

beforeEach(() => {
  nowMs = start
  alerts = new Map()
  happened = []
  traffic = []
  monitorState = 'up'
  live = { release: 'new' }
})

test('a monitor that is down for long enough fires once, in the environment of the rule alone, and resolves', async () => {
  monitorState = 'down'
  await watchAlerts('p', down, parts)
  expect([states(), happened]).toEqual([['production pending'], []])
  nowMs += 10_000
  await watchAlerts('p', down, parts)
  await watchAlerts('p', down, parts)
  expect([states(), happened]).toEqual([['production firing'], ['alert-firing']])
  expect([...alerts.values()]).toMatchObject([{ incident: 7, release: 'new' }])
  monitorState = 'up'
  await watchAlerts('p', down, parts)
  expect([states(), happened]).toEqual([['production resolved'], ['alert-firing', 'alert-resolved']])
})

test('a monitor that comes back before its time is nobody’s incident', async () => {
  monitorState = 'down'
  live = null
  await watchAlerts('p', down, parts)
  monitorState = 'up'
  await watchAlerts('p', down, parts)
  expect([states(), happened]).toEqual([['production resolved'], []])
})

test('failures of the release before do not count; an alert ends although its service is asked no more', async () => {
  served('old', 100, 100)
  served('new', 50, 0)
  await watchAlerts('p', spike, parts)
  expect(states()).toEqual([])
  served('new', 50, 40)
  await watchAlerts('p', spike, parts)
  expect([states(), happened]).toEqual([['production firing'], ['alert-firing']])
  nowMs += 120_000
  await watchAlerts('p', spike, parts)
  expect([states(), happened]).toEqual([['production resolved'], ['alert-firing', 'alert-resolved']])
})

test('before anything is live all requests count', async () => {
  live = null
  served('unknown', 50, 40)
  await watchAlerts('p', spike, parts)
  expect([...alerts.values()]).toMatchObject([{ state: 'firing', service: 'web', release: null }])
})
