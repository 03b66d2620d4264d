import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { local, pagerduty, parseConfig, slack } from '@gantry/config'
import type { Alert, Project } from '@gantry/core'
import { type Database, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { manualTimers } from '@gantry/watch/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createLiveHub } from '../live/live-hub.ts'
import { IncidentDesk } from './incident-desk.ts'
import { startPager } from './pager.ts'

/** A receiver of pages that gives each status once, then 202. */
const statuses: number[] = []
const actions: unknown[] = []
const receiver = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  actions.push(JSON.parse(Buffer.concat(chunks).toString()).event_action)
  response.writeHead(statuses.shift() ?? 202).end()
})
let database: Database
beforeAll(async () => {
  database = await embeddedDatabase()
  await new Promise<void>(done => receiver.listen(0, '127.0.0.1', done))
})
afterAll(async () => {
  receiver.closeAllConnections()
  receiver.close()
  await database.close()
})

const config = parseConfig({
  project: 'shop',
  services: { api: { path: 'apps/api', deploy: local({ kind: 'node', entry: 'main.mjs' }) } },
  environments: { production: { on: 'main' } },
  routes: [{ to: [pagerduty()] }],
})
const alert: Alert = {
  id: 'a1',
  project: 'shop',
  rule: 'error-spike',
  key: 'error-spike/production/api',
  state: 'firing',
  severity: 'critical',
  environment: 'production',
  service: 'api',
  release: null,
  summary: '31 % of 120 requests to api failed in the last 30 s, above 3 %',
  since: '2026-11-23T10:00:00.000Z',
  firedAt: '2026-11-23T10:00:00.000Z',
  resolvedAt: null,
  incident: null,
}

test('a page that is resolved while it waits for another try is closed after it was opened, and the incident says so', async () => {
  const { store, incidents, pager, inTime, errors, said } = await opened('shop', {
    PAGERDUTY_ROUTING_KEY: 'k',
    PAGERDUTY_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
  })
  statuses.push(408)
  const incident = await incidents.show({ kind: 'alert-firing', alert, suspect: null })
  const waiting = () => store.outbox.forIncident('shop', incident.number)
  await inTime(async () => expect(await waiting()).toMatchObject([{ state: 'pending', attempts: 1 }]))

  await incidents.resolve(incident, { by: 'Ana' })
  expect(await waiting()).toHaveLength(2)
  expect(actions).toEqual(['trigger'])

  await inTime(async () => expect((await waiting()).map(({ state }) => state)).toEqual(['sent', 'sent']))
  await pager.stop()
  expect(actions).toEqual(['trigger', 'trigger', 'resolve'])
  const told = (await store.incidents.entries('shop', incident.number)).filter(({ kind }) => kind.startsWith('page'))
  expect(told.map(({ text }) => text)).toEqual([
    'pagerduty did not take the notice “opened”: status 408; trying again',
    'pagerduty took the notice “opened” at attempt 2',
    'pagerduty took the notice “resolved”',
  ])
  expect(errors).toEqual([])
  expect(said).toEqual([])
})

test('where no channel is set up the terminal is told, once for each notice, and the incident says so', async () => {
  const { store, incidents, pager, inTime, errors, said } = await opened('bare', {})
  const incident = await incidents.show({ kind: 'alert-firing', alert: { ...alert, project: 'bare' }, suspect: null })
  const notices = () => store.outbox.forIncident('bare', incident.number)
  await inTime(async () =>
    expect((await notices()).map(({ state, lastError }) => [state, lastError])).toEqual([
      ['dead', 'PAGERDUTY_ROUTING_KEY is not set'],
      ['dead', 'SLACK_WEBHOOK_URL is not set'],
    ]),
  )
  await incidents.resolve(incident, { by: 'Ana' })
  await inTime(async () => expect(said).toHaveLength(2))
  await pager.stop()
  expect(said).toEqual([
    `incident 1 opened, critical: bare production, api: ${alert.summary}\n  http://localhost/incidents/1`,
    `incident 1 resolved by Ana, critical: bare production, api: ${alert.summary}\n  http://localhost/incidents/1`,
  ])
  const entries = await store.incidents.entries('bare', incident.number)
  expect(entries.map(({ text }) => text)).toContain(
    "pagerduty did not take the notice “opened”: PAGERDUTY_ROUTING_KEY is not set; said on the server's terminal instead",
  )
  expect(errors).toEqual([])
})

/** A pager and a desk of a project of its own. */
async function opened(name: string, env: Record<string, string>) {
  const store = storeOn(database)
  const stored = await store.projects.ensure({
    name,
    createdAt: '2026-11-23T09:00:00.000Z',
  })
  const routes = name === 'bare' ? [{ to: [pagerduty(), slack('#ops')] }] : config.routes
  const project: Project = { ...stored, config: { ...config, routes } }
  const timers = manualTimers()
  const now = () => new Date(Date.parse('2026-11-23T10:00:00.000Z') + timers.now())
  const live = createLiveHub(0)
  const errors: unknown[] = []
  const said: string[] = []
  const incidents = new IncidentDesk({
    project: async () => project,
    runbooks: async () => [],
    store,
    live,
    now,
    pages: () => 'http://localhost',
    onNotices: () => pager.nudge(),
  })
  const pager = startPager({
    project: name,
    store,
    config: async () => project.config,
    incidents,
    env,
    say: text => void said.push(text),
    ...{ now, timers },
    onError: cause => void errors.push(cause),
  })
  /** Until it holds, while a quarter of a second passes at each look. */
  const inTime = (holds: () => Promise<void>) =>
    vi.waitFor(
      async () => {
        await timers.advance(250)
        await holds()
      },
      { timeout: 30_000 },
    )
  return { store, incidents, pager, inTime, errors, said }
}
