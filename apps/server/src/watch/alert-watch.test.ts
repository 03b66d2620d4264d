import { local, parseConfig } from '@gantry/config'
import type { Alert, Monitor, Traffic } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { beforeEach, expect, test } from 'vitest'
import { type AlertWatchParts, watchAlerts } from './alert-watch.ts'

const start = Date.parse('2026-11-23T10:00:00.000Z')
let nowMs = start
let alerts = new Map<string, Alert>()
let happened: string[] = []
let traffic: (Traffic & { at: number })[] = []
let monitorState: Monitor['state'] = 'up'
let live: { release: string; kind: string; createdAt: string; liveAt: string } | null = null
let errors: string[] = []
let events: object[] = []
const liveSince = (ms: number) => {
  const since = new Date(ms).toISOString()
  return { release: 'new', kind: 'deploy', createdAt: since, liveAt: since }
}

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
    async show(shown: { kind: string; alert: Alert }) {
      happened.push(shown.kind)
      events.push(shown)
      if (shown.alert.service === 'cursed') throw new Error('no runbooks')
      return { number: 7 }
    },
    async alertEnded(event: { kind: string }) {
      happened.push(event.kind)
      events.push(event)
    },
  },
  onError: (cause: Error, what: string) => void errors.push(`${what}: ${cause.message}`),
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
const served = (release: string, requests: number, failures: number, service = 'web') =>
  traffic.push({ service, release, requests, failures, errors: 0, at: nowMs })

beforeEach(() => {
  nowMs = start
  alerts = new Map()
  happened = []
  traffic = []
  monitorState = 'up'
  live = liveSince(start - 60_000)
  errors = []
  events = []
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

test('a release is suspected of what begins within the time it is watched, not of what breaks 43 minutes later', async () => {
  served('new', 50, 40)
  await watchAlerts('p', spike, parts)
  expect(events).toMatchObject([{ kind: 'alert-firing', suspect: 'new' }])
  alerts.clear()
  traffic = []
  nowMs += 43 * 60_000
  served('new', 50, 40)
  await watchAlerts('p', spike, parts)
  expect(events[1]).toMatchObject({ kind: 'alert-firing', suspect: null, alert: { release: 'new' } })
})

test('a monitor that was down before a release is not laid to it, however late it fires', async () => {
  monitorState = 'down'
  await watchAlerts('p', down, parts)
  live = liveSince(nowMs + 5_000)
  nowMs += 10_000
  await watchAlerts('p', down, parts)
  expect(events).toMatchObject([{ kind: 'alert-firing', suspect: null }])
})

test('a rule that cannot be judged keeps no other from firing, and is named', async () => {
  const both = config({
    'web-down': { rule: 'down', monitor: 'home', for: '0s' },
    spike: { rule: 'errorRate', over: '1m', above: 0.1 },
  })
  monitorState = 'down'
  served('new', 50, 40)
  const { list } = parts.store.monitors
  parts.store.monitors.list = async () => Promise.reject(new Error('a broken row'))
  await watchAlerts('p', both, parts)
  parts.store.monitors.list = list
  expect(states()).toEqual(['production firing'])
  expect(errors).toEqual(['rule web-down could not be judged in production: a broken row'])
})

test('an alert that cannot be told keeps no other service of its rule from being told', async () => {
  served('new', 50, 40, 'cursed')
  served('new', 50, 40)
  await watchAlerts('p', spike, parts)
  expect([...alerts.values()]).toMatchObject([{ service: 'web', state: 'firing' }])
  expect(errors).toEqual(['alert spike/production/cursed could not be told: no runbooks'])
})

test('an alert whose rule left the config ends, and its incident is told why', async () => {
  const told = async (left: Config) => {
    served('new', 50, 40)
    await watchAlerts('p', spike, parts)
    await watchAlerts('p', left, parts)
    await watchAlerts('p', left, parts)
    const state = states()
    alerts.clear()
    return [state, events.splice(0).slice(1)]
  }
  const withdrawn = (why: string) => [
    ['production resolved'],
    [expect.objectContaining({ kind: 'alert-withdrawn', why, alert: expect.objectContaining({ incident: 7 }) })],
  ]
  expect(await told(config({}))).toEqual(withdrawn('the rule was taken out of the config'))
  const moved = config({ spike: { rule: 'errorRate', over: '1m', above: 0.1, environments: [] } })
  expect(await told(moved)).toEqual(withdrawn('the rule no longer holds in production'))
})

test('an alert of a monitor its rule no longer watches ends, one that is pending without a word', async () => {
  monitorState = 'down'
  await watchAlerts('p', down, parts)
  const other = {
    ...down,
    monitors: { home: { ...down.monitors['home'], service: undefined, url: 'https://a.example/' } },
  }
  await watchAlerts('p', other as Config, parts)
  expect(states()).toContain('production resolved')
  expect(happened).toEqual([])
})

test('oddities of CI and deployments are not ended for want of a rule of that name', async () => {
  const odd = {
    ...{ id: 'o', key: 'anomaly/ci-queue/x', rule: 'ci-queue', state: 'firing', environment: 'CI' },
    firedAt: '',
  }
  alerts.set('o', odd as unknown as Alert)
  await watchAlerts('p', config({}), parts)
  expect([states(), happened]).toEqual([['CI firing'], []])
})
