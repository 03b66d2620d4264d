import type { GantryError } from '@gantry/core'
import { describe, expect, test } from 'vitest'
import { parseConfig } from './parse-config.ts'
import type { ConfigInput } from './schema.ts'
import { ciGreen, defineConfig, down, env, errorRate, http, local, pagerduty, slack, soak } from './words.ts'

const good = (): ConfigInput =>
  defineConfig({
    project: 'sitebuilder',
    services: {
      backend: {
        path: 'apps/backend',
        needs: ['database'],
        health: '/healthz',
        deploy: local({ kind: 'node', entry: 'server.mjs', env: { KEY: env('KEY') } }),
      },
      database: { path: 'supabase', deploy: local({ kind: 'postgres', migrations: 'supabase/migrations' }) },
    },
    environments: {
      staging: { on: 'main' },
      production: { from: 'staging', approvals: 1, gates: [ciGreen(), soak('15m')] },
    },
    monitors: { home: http({ service: 'backend' }) },
    alerts: { spike: errorRate(), down: down('home') },
    routes: [{ severity: 'critical', to: [pagerduty(), slack('#ops')] }],
  })

// biome-ignore lint/suspicious/noExplicitAny: a test that writes mistakes into a typed object
type Draft = any

function faultsOf(break_: (draft: Draft) => void): string {
  const draft: Draft = structuredClone(good())
  break_(draft)
  try {
    parseConfig(draft)
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
    return (error as GantryError).message
  }
  throw new Error('was accepted')
}

test('a good one is completed with what it leaves out', () => {
  const config = parseConfig(good())
  expect(config.services.backend?.needs).toEqual(['database'])
  expect(config.environments.production).toMatchObject({
    approvalExpires: '7d',
    verdict: { minimumRequests: 50, rollback: true },
  })
})

test.each([
  [{ needed: 2, expires: '24h' }, 'approvals.expires: not a known field; did you mean "expire"?'],
  [{ needed: 2, by: 'admin' }, 'approvals.by: expected "release-manager" or "owner", got "admin"'],
  [{ needed: 0 }, 'approvals.needed: Too small: expected number to be >=1, got 0'],
  [{ needed: 1, expire: '0s' }, 'approvals.expire: expected a time above zero, such as 30s, got "0s"'],
  ['two', 'approvals: expected number, or: expected object, got "two"'],
])('how many approve is a number or says more: %j', (approvals, fault) => {
  expect(faultsOf(d => (d.environments.production.approvals = approvals))).toBe(`environments.production.${fault}`)
})

test.each([
  [{ gate: 'freeze', from: 'Fri', until: 'Frei' }, 'until: expected a moment such as "Fri 16:00" or'],
  [{ gate: 'freeze', from: 'Fri', until: 'Mon', timezone: 'Mars' }, 'timezone: expected the name of a time zone'],
  [{ gate: 'monitorsUp', environment: 'stagin' }, 'environment: there is no environment "stagin"; did you mean'],
])('a gate that cannot be judged is refused when it is read: %j', (gate, fault) => {
  expect(faultsOf(d => (d.environments.production.gates = [gate]))).toContain(
    `environments.production.gates.0.${fault}`,
  )
})

describe('a typo is an error with its path and the nearest right word', () => {
  test.each<[string, (draft: Draft) => void, string]>([
    [
      'top level',
      d => (d.enviroments = d.environments),
      'enviroments: not a known field; did you mean "environments"?',
    ],
    [
      'service',
      d => (d.services.backend.helth = '/'),
      'services.backend.helth: not a known field; did you mean "health"?',
    ],
    [
      'verdict',
      d => (d.environments.production.verdict = { rolback: true }),
      'environments.production.verdict.rolback: not a known field; did you mean "rollback"?',
    ],
    ['gate name', d => (d.environments.production.gates[0].gate = 'ciGren'), 'did you mean "ciGreen"?'],
    [
      'gate field',
      d => (d.environments.production.gates[1].fro = '5m'),
      'environments.production.gates.1.fro: not a known field; did you mean "for"?',
    ],
    ['alert rule', d => (d.alerts.spike.rule = 'errorrate'), 'did you mean "errorRate"?'],
    [
      'alert field',
      d => (d.alerts.down.monitr = 'x'),
      'alerts.down.monitr: not a known field; did you mean "monitor"?',
    ],
    [
      'severity',
      d => (d.alerts.down.severity = 'criticl'),
      'expected "critical" or "warning" or "info", got "criticl"; did you mean "critical"?',
    ],
    [
      'channel',
      d => (d.routes[0].to[1].type = 'slak'),
      'routes.0.to.1.type: expected "pagerduty" or "slack" or "webhook", got "slak"; did you mean "slack"?',
    ],
    [
      'channel setting',
      d => (d.routes[0].to[1].webhokUrlEnv = 'X'),
      'routes.0.to.1.webhokUrlEnv: not a known field; did you mean "webhookUrlEnv"?',
    ],
    ['provider', d => (d.services.backend.deploy.provider = 'locl'), 'got "locl"; did you mean "local"?'],
    [
      'shape of a provider',
      d => (d.services.backend.deploy.kind = 'nod'),
      'services.backend.deploy.kind: expected "postgres" or "node" or "static", got "nod"; did you mean "node"?',
    ],
    [
      'provider setting',
      d => (d.services.backend.deploy.entri = 'a.mjs'),
      'services.backend.deploy.entri: not a known field; did you mean "entry"?',
    ],
    [
      'probe',
      d => (d.monitors.home.type = 'htp'),
      'monitors.home.type: expected "http", got "htp"; did you mean "http"?',
    ],
    [
      'probe setting',
      d => (d.monitors.home.evry = '1m'),
      'monitors.home.evry: not a known field; did you mean "every"?',
    ],
    ['no idea', d => (d.zzzzzz = 1), 'zzzzzz: not a known field'],
  ])('%s', (_, break_, message) => expect(faultsOf(break_)).toContain(message))
})

describe('says what was expected and what came', () => {
  test.each<[string, (draft: Draft) => void, RegExp]>([
    ['missing', d => delete d.services.backend.path, /^services\.backend\.path: expected string, but it is missing$/],
    [
      'duration',
      d => (d.environments.production.approvalExpires = '7 days'),
      /approvalExpires: expected a duration such as .*, got "7 days"/,
    ],
    ['name', d => (d.services.Backend = d.services.backend), /^services\.Backend: .*not a usable name/],
    [
      'union',
      d => (d.alerts.spike.above = 'lots'),
      /^alerts\.spike\.above: expected a multiple such as 3x, got "lots"/,
    ],
    ['neither', d => (d.alerts.spike.above = true), /above: expected number, or: expected string, got true$/],
    ['no object', d => (d.services.backend.deploy = null), /deploy: expected object, got null$/],
    [
      'gate of another kind',
      d => (d.environments.production.gates[0].gate = 7),
      /gates\.0\.gate: expected "ciGreen" or .*, got 7$/,
    ],
    ['long value', d => (d.services.backend.health = `x${'y'.repeat(80)}`), /got "xy+…$/],
    ['wrong kind', d => (d.services = 5), /^services: .*got 5/],
    ['routes', d => (d.routes[0].to = []), /^routes\.0\.to: /],
  ])('%s', (_, break_, message) => expect(faultsOf(break_)).toMatch(message))

  test('nothing at all', () => expect(() => parseConfig(undefined)).toThrow(/expected object, but it is missing/))
  test('every fault at once', () => {
    const message = faultsOf(d => {
      d.servces = {}
      d.project = 'Site Builder'
    })
    expect(message.split('\n')).toHaveLength(2)
  })
})

describe('names must be names of something', () => {
  test.each<[string, (draft: Draft) => void, string]>([
    [
      'needs',
      d => (d.services.backend.needs = ['databse']),
      'services.backend.needs.0: there is no service "databse"; did you mean "database"?',
    ],
    [
      'circle',
      d => (d.services.database.needs = ['backend']),
      'services wait for each other: backend → database → backend',
    ],
    [
      'from',
      d => (d.environments.production.from = 'stagin'),
      'there is no environment "stagin"; did you mean "staging"?',
    ],
    ['unreachable', d => (d.environments.lab = {}), 'environments.lab: expected `on`'],
    ['two roots', d => (d.environments.lab = { on: 'lab' }), 'found staging and lab'],
    ['no root', d => (d.environments.staging = { from: 'production' }), 'found none'],
    [
      'a circle beside the root',
      d => Object.assign(d.environments, { a: { from: 'b' }, b: { from: 'a' } }),
      'environments lead to each other: a → b → a',
    ],
    [
      'monitor',
      d => (d.monitors.home.service = 'bakend'),
      'monitors.home.service: there is no service "bakend"; did you mean "backend"?',
    ],
    [
      'monitor that is no web address',
      d => Object.assign(d.monitors, { home: { type: 'http', url: 'ftp://example.com/' } }),
      'monitors.home.url: expected an http or https address, got ftp:',
    ],
    ['monitor of nothing', d => delete d.monitors.home.service, 'expected either `service` or `url`'],
    [
      'down',
      d => (d.alerts.down.monitor = 'hom'),
      'alerts.down.monitor: there is no monitor "hom"; did you mean "home"?',
    ],
    [
      'alert environment',
      d => (d.alerts.spike.environments = ['prod']),
      'alerts.spike.environments.0: there is no environment "prod"',
    ],
    [
      'every',
      d => (d.monitors.home.every = '0s'),
      'monitors.home.every: expected a time above zero, such as 30s, got "0s"',
    ],
    ['timeout', d => (d.monitors.home.timeout = '0.1ms'), 'monitors.home.timeout: expected a time above zero'],
    ['window', d => (d.alerts.spike.over = '0m'), 'alerts.spike.over: expected a time above zero'],
    ['verdict', d => (d.environments.production.verdict = { within: '0s' }), 'verdict.within: expected a time above'],
    ['budget', d => (d.anomalies = { budget: '0s' }), 'anomalies.budget: expected a time above zero'],
    ['keep', d => (d.keep = { traffic: '23h' }), 'keep.traffic: expected at least 1d, got "23h"'],
    ['no duration', d => (d.monitors.home.every = 'often'), 'monitors.home.every: expected a duration such as 30s'],
    ['oddity', d => (d.anomalies = { tell: ['que'] }), 'anomalies.tell.0: expected "duration" or "queue"'],
    [
      'rewrites',
      d => (d.services.web = { path: '.', deploy: local({ kind: 'static', rewrites: { '/api/*': 'bakend' } }) }),
      'services.web.deploy.rewrites./api/*: there is no service "bakend"; did you mean "backend"?',
    ],
    [
      'two channels of one name',
      d => d.routes.push({ to: [slack('#ops', { webhookUrlEnv: 'OTHER' })] }),
      'routes.1.to.0.name: another channel is called "slack:#ops" and is set differently',
    ],
    [
      'a secret instead of its name',
      d => d.routes.push({ to: [slack('#dev', { webhookUrlEnv: 'https://hooks.slack.com/x' })] }),
      'routes.1.to.0.webhookUrlEnv: expected the name of a variable',
    ],
    ['nothing of a channel', d => d.routes.push({ to: [null] }), 'routes.1.to.0: expected object, got null'],
    ['no tag', d => delete d.routes[0].to[0].type, 'routes.0.to.0.type: expected "pagerduty" or "slack"'],
    ['no service', d => Object.assign(d, { services: {}, monitors: {}, alerts: {} }), 'expected at least one service'],
  ])('%s', (_, break_, message) => expect(faultsOf(break_)).toContain(message))

  test('a monitor may watch an address', () => {
    const config = { ...good(), monitors: { home: http({ url: 'https://example.com' }) } }
    expect(parseConfig(config).monitors.home?.url).toBe('https://example.com')
  })
})

test.each(['http://127.0.0.1:9/', 'http://2130706433/', 'http://[::1]/', 'http://10.0.0.7/', 'https://localhost/'])(
  'a monitor on an address of this network is refused when the config is read: %s',
  url => {
    const config = { ...good(), monitors: { home: http({ url }) }, alerts: {} }
    expect(() => parseConfig(config)).toThrow(/monitors\.home\.url: .* is an address of this network/)
  },
)
