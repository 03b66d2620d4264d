import { setTimeout as sleep } from 'node:timers/promises'
import { errorRate, local, parseConfig } from '@gantry/config'
import {
  type Deployment,
  type ErrorEvent,
  type Project,
  readLineQuery,
  type SessionFact,
  type Store,
} from '@gantry/core'
import { type Database, lineStore, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ComposedWatch } from './compose-watch.ts'
import { createLiveHub } from './live/live-hub.ts'
import { projectLive } from './live/project-live.ts'

let database: Database
let store: Store
let watch: ComposedWatch
const counted: object[] = []
const live = projectLive('shop', createLiveHub(0))
let judged = 0
let ids = 0

const alerts = { spike: errorRate({ over: '1m', above: 0.5, minimumRequests: 10 }) }
const config = parseConfig({
  project: 'shop',
  services: { web: { path: '.', deploy: local({ kind: 'node', entry: 'x' }) } },
  environments: { staging: { on: 'main' }, production: { from: 'staging' } },
  alerts,
  routes: [{ to: [{ type: 'slack', name: 'slack:#dev' }] }],
})

beforeAll(async () => {
  database = await embeddedDatabase()
  store = storeOn(database)
  const stored = await store.projects.ensure({ name: 'shop', createdAt: new Date().toISOString() })
  const project: Project = { ...stored, config, configSha: 'a'.repeat(40) }
  watch = new ComposedWatch({
    ...{
      store,
      lines: lineStore(database),
      stored,
      say: () => undefined,
      mapped: async (event: ErrorEvent) => event,
      forwards: { addOutput: async () => undefined },
      newId: () => `id-${++ids}`,
      now: () => new Date(),
    },
    ...{ live, record: async () => undefined, pages: () => 'http://gantry/p/shop' },
    promotions: {
      async judgeAll() {
        judged++
        return null
      },
    },
    ...{
      environment: { all: {} },
      probeMark: 'mark',
      assigneeFor: async () => null,
      log: { error: (...said: unknown[]) => expect(said).toEqual([]) },
    },
    project: { current: async () => project, runbooks: async () => [] },
    delivery: { address: () => null, desk: {} },
    intakeCounter: { add: (_about: object, outcomes: object[]) => void counted.push(...outcomes) },
    ...{ hand: { isOurs: () => true }, bus: { say: () => undefined } },
  } as unknown as ConstructorParameters<typeof ComposedWatch>[0])
  await watch.start()
})
afterAll(async () => {
  await watch.stop()
  await database.close()
})

const place = { project: 'shop', environment: 'production', service: 'web', release: 'r1' }
const open = async () => (await store.alerts.open('shop')).map(({ key, state }) => [key, state])

async function seen<T>(look: () => Promise<T>, isIt: (found: T) => boolean): Promise<T> {
  for (const until = Date.now() + 30_000; ; await sleep(20)) {
    const found = await look()
    if (isIt(found) || Date.now() > until) return found
  }
}

test('requests and errors that come make the rule of their environment fire, and open an incident', async () => {
  const at = new Date().toISOString()
  watch.count([{ ...place, at, requests: 20, failures: 0, errors: 0 }])
  await seen(
    () =>
      store.alerts.traffic('shop', {
        environment: 'production',
        from: '2026-01-01T00:00:00Z',
        to: '2100-01-01T00:00:00Z',
      }),
    rows => rows.length > 0,
  )
  expect(await open()).toEqual([])
  const event = (id: number) =>
    ({
      ...{ id: String(id).padStart(32, '0'), ...place, level: 'error', platform: 'node', at, receivedAt: at },
      ...{ message: 'odd', exceptions: [], fingerprint: [], transaction: null, url: null, user: null, traceId: null },
      ...{ tags: {}, breadcrumbs: [], sdk: null },
    }) satisfies ErrorEvent
  await watch.events.add(
    Array.from({ length: 15 }, (_, index) => ({ event: event(index), payload: Buffer.from('{}') })),
  )
  expect(await seen(open, alerts => alerts.length > 0)).toEqual([['spike/production/web', 'firing']])
  expect(await store.incidents.list('shop', { state: 'open' })).toMatchObject([{ service: 'web' }])
})

test('a new issue is told of once, with a link, by the rules of the config', async () => {
  const told = () => database.kysely.selectFrom('gantry.outbox').select('notice').where('kind', '=', 'issue').execute()
  const [row] = await seen(told, rows => rows.length > 0)
  expect(row?.notice).toMatchObject({
    ...{ kind: 'issue', title: 'New issue #1: odd', url: 'http://gantry/p/shop/issues/1', severity: 'info' },
  })
  watch.lookAgain()
  await seen(
    () => store.issueLife.untold('shop', 10),
    turns => turns.length === 0,
  )
  expect(await told()).toHaveLength(1)
})

test('lines that clients send are stored when they are answered, and output is counted when it is', async () => {
  const line = {
    ...place,
    at: new Date().toISOString(),
    level: 'info',
    message: 'hello',
    trace: null,
    fields: {},
  } as const
  await watch.takeLines([line, line], 100, { isPublic: true })
  expect((await lineStore(database).search('shop', { term: readLineQuery('hello') })).lines).toHaveLength(2)
  watch.hearOutput({ ...place, stream: 'stdout', text: 'said password=hunter2', at: new Date().toISOString() })
  await seen(
    async () => counted,
    ({ length }) => length > 1,
  )
  expect(counted).toEqual([
    { category: 'log_item', outcome: 'taken', reason: '', quantity: 1 },
    { category: 'log_item', outcome: 'scrubbed', reason: 'password', quantity: 1 },
  ])
  const said = await lineStore(database).search('shop', { term: readLineQuery('said') })
  expect(said.lines.map(({ message }) => message)).toEqual(['said password=[scrubbed]'])
})

test('items and sessions are stored when they are answered, and wait as events do where too many are not', async () => {
  const at = new Date().toISOString()
  const facts = { kind: 'attachment', type: 'attachment', name: 'a', eventId: null, traceId: null, facts: {} } as const
  const item = { ...place, ...facts, id: 'item', at, receivedAt: at, content: Buffer.from('x') }
  await watch.reports.items.add([item], 1)
  expect(await store.items.list('shop', { limit: 10 })).toMatchObject([{ id: 'item' }])
  const session: SessionFact = {
    ...{
      project: 'shop',
      id: 's',
      kind: 'application' as const,
      release: 'r1',
      environment: 'production',
      startedAt: at,
    },
    ...{ receivedAt: at, service: null, person: null, quantity: 1, errored: 0, crashed: 0, abnormal: 0 },
  }
  const first = watch.takeSessions([session], 40_000_000)
  await expect(watch.takeSessions([session], 1)).rejects.toMatchObject({ code: 'INGEST_OVERLOADED' })
  await first
  const tooMany = watch.reports.items.add(Array.from({ length: 20_001 }, () => item))
  await expect(tooMany).rejects.toMatchObject({ code: 'INGEST_OVERLOADED' })
})

test('promotions are judged at the start, and when something changed that a gate looks at', async () => {
  const before = judged
  expect(before).toBeGreaterThan(0)
  live.tell({ topic: 'run', key: 'r' })
  const after = await seen(
    async () => judged,
    times => times > before,
  )
  expect(after).toBeGreaterThan(before)
})

test('traffic that comes has the live release judged', async () => {
  const at = new Date().toISOString()
  const of = { project: 'shop', environment: 'production', release: 'r2', formerRelease: 'r1', kind: 'deploy' }
  const stands = { state: 'live', steps: [], createdAt: at, liveAt: at, verdict: null, version: 1, id: 'judged' }
  await store.deployments.add({ ...of, ...stands } as unknown as Deployment)
  // Twice: the first may be seen by a look that had begun before.
  for (const total of [1, 2]) {
    watch.count([{ ...place, release: 'r2', at, requests: 1, failures: 0, errors: 0 }])
    const trials = (found: Deployment | null) => found?.verdict?.signals[0]?.current.trials
    const live = await seen(
      () => store.deployments.live('shop', 'production'),
      found => trials(found) === total,
    )
    expect(trials(live)).toBe(total)
  }
})
