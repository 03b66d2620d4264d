import { local, parseConfig } from '@gantry/config'
import type { Alert, Monitor, Traffic } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { beforeEach, expect, test } from 'vitest'
import { RuleWatch, type RuleWatchParts } from './rule-watch.ts'

const start = Date.parse('2026-11-23T10:00:00.000Z')
let nowMs = start
let alerts = new Map<string, Alert>()
let happened: string[] = []
let traffic: (Traffic & { at: number })[] = []
let monitorState: Monitor['state'] = 'up'
let monitorService: string | null = 'web'
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
          ...{ name: 'home', environment, service: monitorService, state: monitorState, last: { error: 'refused' } },
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
} as unknown as RuleWatchParts

/** Adopts a config, which judges every rule of it once. */
async function watchAlerts(name: string, config: Config, with_: RuleWatchParts): Promise<void> {
  const watch = new RuleWatch(with_)
  watch.adopt({ name, config })
  await watch.settled()
  await watch.stop()
}

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
  monitorService = 'web'
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
  monitorService = null
  await watchAlerts('p', down, parts)
  expect(states()).toEqual(['production resolved', 'production pending'])
  expect(happened).toEqual([])
})

test('oddities of CI and deployments are not ended for want of a rule of that name', async () => {
  const odd = {
    ...{ id: 'o', key: 'anomaly/ci-queue/x', rule: 'ci-queue', state: 'firing', environment: 'CI', service: null },
    firedAt: '',
  }
  alerts.set('o', odd as unknown as Alert)
  await watchAlerts('p', config({}), parts)
  expect([states(), happened]).toEqual([['CI firing'], []])
})

test('a rule may be called as oddities are keyed: it fires once, and ends when it leaves the config', async () => {
  const named = config({ anomaly: { rule: 'errorRate', over: '1m', above: 0.1 } })
  served('new', 50, 40)
  await watchAlerts('p', named, parts)
  await watchAlerts('p', named, parts)
  expect([states(), happened]).toEqual([['production firing'], ['alert-firing']])
  await watchAlerts('p', config({}), parts)
  expect(states()).toEqual(['production resolved'])
})

/** An alarm that rings when it is told to, and what it was set to. */
function alarm() {
  const set = new Map<() => void, number>()
  const after = (ms: number, act: () => void) => {
    set.set(act, ms)
    return () => void set.delete(act)
  }
  const ring = () => {
    const acts = [...set.keys()]
    set.clear()
    for (const act of acts) act()
  }
  return { timers: { now: () => nowMs, after }, ring, waits: () => [...set.values()].sort((a, b) => a - b) }
}

async function watching(rules: object, environments: string[] = ['staging', 'production']) {
  const { timers, ring, waits } = alarm()
  const asked: string[] = []
  const { alerts: ownAlerts, monitors, deployments } = parts.store
  const traffic: typeof ownAlerts.traffic = async (project, filter) => {
    asked.push(`traffic ${filter.environment}`)
    return ownAlerts.traffic(project, filter)
  }
  const list: typeof monitors.list = async project => {
    asked.push('monitors')
    return (await monitors.list(project)).flatMap(each =>
      environments.map(environment => ({ ...each, environment, name: `home` })),
    )
  }
  const open: typeof ownAlerts.open = project => parts.store.alerts.open(project)
  const store = { alerts: { ...ownAlerts, open, traffic }, monitors: { ...monitors, list }, deployments }
  const watch = new RuleWatch({ ...parts, store, timers })
  watch.adopt({ name: 'p', config: { ...config({}), alerts: rules as Config['alerts'] } })
  await watch.settled()
  const judged = async (act: () => void) => {
    asked.length = 0
    nowMs += 500
    act()
    await watch.settled()
    return [...asked]
  }
  return { watch, judged, ring, waits }
}

test('of 50 rules in 10 environments, one event judges those alone that need it, where it happened', async () => {
  const environments = Array.from({ length: 10 }, (_, index) => `e${index}`)
  const rate = { ...{ rule: 'errorRate', over: '5m', above: 0.1, minimumRequests: 20, severity: 'info' }, environments }
  const isDown = { ...{ rule: 'down', monitor: 'home', for: '1m', severity: 'info' }, environments }
  const rules = Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`rule-${index}`, index < 3 ? rate : isDown]),
  )
  const { watch, judged } = await watching(rules, environments)
  expect(await judged(() => watch.changed({ fact: 'traffic', environment: 'e4' }))).toEqual(Array(3).fill('traffic e4'))
  expect(await judged(() => watch.changed({ fact: 'monitor', environment: 'e4', name: 'home' }))).toEqual(
    Array(47).fill('monitors'),
  )
  expect(await judged(() => watch.changed({ fact: 'monitor', environment: 'e4', name: 'other' }))).toEqual([])
  expect(await judged(() => watch.changed({ fact: 'traffic', environment: 'nowhere' }))).toEqual([])
  expect(await judged(() => undefined)).toEqual([])
})

test('facts that come all the time make a rule judged at once, and then twice a second', async () => {
  const { watch, judged, ring, waits } = await watching(spike.alerts)
  const often = () => {
    for (let count = 0; count < 100; count++) watch.changed({ fact: 'traffic', environment: 'production' })
  }
  expect(await judged(often)).toEqual(['traffic production'])
  expect(waits()).toEqual([500])
  expect(await judged(ring)).toEqual(['traffic production'])
  expect(waits()).toEqual([])
})

test('a fact that changes while its rule is judged is not forgotten', async () => {
  // Something in the window: by itself the rule would be looked at again after three seconds.
  served('new', 50, 0)
  const { watch, judged, ring, waits } = await watching(spike.alerts)
  await judged(() => {
    watch.changed({ fact: 'traffic', environment: 'production' })
    nowMs += 100
    watch.changed({ fact: 'traffic', environment: 'production' })
  })
  expect(waits()).toEqual([400])
  served('new', 50, 40)
  await judged(ring)
  expect(states()).toEqual(['production firing'])
})

test('a rule is looked at again when it asked for it, without any fact that changed', async () => {
  const { watch, ring, waits, judged } = await watching(down.alerts)
  expect(waits()).toEqual([])
  monitorState = 'down'
  await judged(() => watch.changed({ fact: 'monitor', environment: 'production', name: 'home' }))
  expect([states(), waits()]).toEqual([['production pending'], [10_000]])
  nowMs += 10_000
  await judged(ring)
  expect([states(), happened, waits()]).toEqual([['production firing'], ['alert-firing'], []])
  await watch.stop()
})

test('what leaves the window alone ends an alert, though nothing comes any more', async () => {
  served('new', 50, 40)
  const { ring, waits, judged } = await watching(spike.alerts)
  expect([states(), waits()]).toEqual([['production firing'], [3_000]])
  nowMs += 61_000
  await judged(ring)
  expect(states()).toEqual(['production resolved'])
  await judged(ring)
  expect(waits()).toEqual([])
})

test('what could not be judged or told is tried again soon', async () => {
  served('new', 50, 40)
  const { show } = parts.incidents
  parts.incidents.show = async () => Promise.reject(new Error('no database'))
  const { ring, waits, judged } = await watching(spike.alerts)
  expect([states(), waits()]).toEqual([[], [2_000]])
  parts.incidents.show = show
  await judged(ring)
  expect(states()).toEqual(['production firing'])
  const { open } = parts.store.alerts
  parts.store.alerts.open = async () => Promise.reject(new Error('no database'))
  const { waits: waitsOfAll, ring: ringAll, judged: judgedThen } = await watching(down.alerts)
  expect(waitsOfAll()).toEqual([2_000, 2_000])
  parts.store.alerts.open = open
  await judgedThen(ringAll)
  expect(states()).toEqual(['production resolved'])
})

test('nothing is judged after it was stopped', async () => {
  const { watch, judged } = await watching(spike.alerts)
  await watch.stop()
  expect(await judged(() => watch.changed({ fact: 'traffic', environment: 'production' }))).toEqual([])
})
