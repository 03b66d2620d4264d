import type { Role } from '@gantry/core'
import type { IngestKeyView, IntakeView } from '@gantry/core/api'
import { IngestConfig } from '@gantry/core/config'
import { loadProtocols } from '@gantry/ingest'
import { type Database, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Caller } from '../../access/caller.ts'
import { IngestKeys } from '../../ingest/ingest-keys.ts'
import { Intake, type Sinks } from '../../ingest/intake.ts'
import { IntakeCounter } from '../../ingest/intake-counter.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import { installErrors } from '../errors.ts'
import { apiOf } from '../route.ts'
import { ingestKeyRoutes } from './ingest-keys.ts'
import { intakeRoutes } from './intake.ts'

const app = Fastify() as unknown as FastifyInstance
let database: Database
let keys: IngestKeys
let counter: IntakeCounter
let nowMs = Date.parse('2026-11-27T12:30:00.000Z')
let count = 0
let acts: { action: string; subject: string; evidence: object }[] = []
let reports: object[] = []
const now = () => new Date(nowMs)

beforeAll(async () => {
  database = await embeddedDatabase()
  const store = storeOn(database)
  const stored = await store.projects.ensure({ name: 'shop', createdAt: now().toISOString() })
  keys = new IngestKeys({ store: store.ingestKeys, projects: store.projects, now, newId: () => `key-${++count}` })
  await keys.adopt('shop', ['web'])
  const onError = (cause: unknown) => {
    throw cause
  }
  counter = new IntakeCounter({ counts: store.intakeCounts, keys: store.ingestKeys, now, onError })
  const sinks = { events: async (facts: object[]) => void reports.push(...facts) } as unknown as Sinks
  const newId = () => 'f'.repeat(32)
  const settings = IngestConfig.parse({})
  const limits = { usual: { spikeOf: () => null }, requireRoom: () => undefined, settingsOf: async () => settings }
  const forwardsOf = () => null
  const intake = new Intake({
    ...{ keys, counter, sinksOf: () => sinks, webhookSecret: async () => null, ...limits, forwardsOf, now, newId },
  })
  const context = {
    ...{ stored, record: async (act: (typeof acts)[number]) => void acts.push(act) },
    project: { current: async () => ({ ...stored, config: { services: { web: {} } } }) },
  } as unknown as ProjectContext
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  installErrors(app)
  const person = { id: 'ana', name: 'Ana', role: 'owner' as Role }
  app.decorateRequest('caller', null)
  app.addHook('onRequest', async request => {
    request.caller = { kind: 'person', ...person, person } as unknown as Caller
  })
  const { ingestKeys: rows, intakeCounts: counts } = store
  const parts = { contextOf: () => context, store: rows, ingestKeys: keys, counts, now, url: () => 'http://gantry' }
  ingestKeyRoutes(apiOf(app).ofProject, parts)
  intakeRoutes(apiOf(app), await loadProtocols(), intake)
  await app.ready()
})
beforeEach(() => {
  acts = []
  reports = []
})
afterAll(async () => {
  await counter.stop()
  await app.close()
  await database.close()
})

const path = '/api/v1/projects/shop/ingest-keys'
const post = async (to: string, body: object = {}) => {
  const answer = await app.inject({ method: 'POST', url: `${path}${to}`, payload: body })
  return { status: answer.statusCode, body: answer.json<IngestKeyView & { error?: { code: string } }>() }
}
const listed = async () => (await app.inject({ url: path })).json<{ keys: IngestKeyView[] }>().keys
const ofWeb = async () => {
  const key = (await listed()).find(({ service, isOwn }) => service === 'web' && isOwn)
  if (!key) throw new Error('expected a key of web')
  return key
}
const report = async (dsn: string, origin?: string) => {
  const { username, pathname } = new URL(dsn)
  const headers = origin === undefined ? {} : { origin }
  const url = `/api${pathname}/envelope/?sentry_key=${username}`
  const payload = '{}\n{"type":"event"}\n{"message":"odd"}\n{"type":"session"}\n{}'
  return (await app.inject({ method: 'POST', url, headers, payload })).statusCode
}

test('each service of an adopted config has a key, and what is reported with it is of the service', async () => {
  expect((await listed()).map(({ service, kind, isOwn, state }) => [service, kind, isOwn, state])).toEqual([
    ['web', 'client', true, 'works'],
    [null, 'client', true, 'works'],
  ])
  const { dsn } = await ofWeb()
  expect(dsn).toMatch(/^http:\/\/[0-9a-f]{32}@gantry\/1$/)
  expect(await report(dsn)).toBe(200)
  expect(reports).toMatchObject([{ event: { project: 'shop', service: 'web', message: 'odd' } }])
})

test('a rotated key works until its grace ends, and its service gets the next one', async () => {
  const former = await ofWeb()
  const next = await post(`/${former.id}/rotate`, { grace: '1h' })
  expect([next.status, next.body.isOwn, next.body.service]).toEqual([200, true, 'web'])
  expect((await keys.own('shop', 'web')).id).toBe(next.body.id)
  expect([await report(former.dsn), await report(next.body.dsn)]).toEqual([200, 200])
  expect((await post(`/${former.id}/rotate`)).body.error?.code).toBe('CONFLICT')
  nowMs += 3_600_000
  expect([await report(former.dsn), await report(next.body.dsn)]).toEqual([403, 200])
  expect(acts).toEqual([
    {
      ...{ actor: 'Ana', action: 'key.rotated', subject: 'web (client)' },
      evidence: { key: former.id, next: next.body.id, worksUntil: '2026-11-27T13:30:00.000Z' },
    },
  ])
})

test('a revoked key stops at once, and the next config that is adopted brings another', async () => {
  const key = await ofWeb()
  expect(await report(key.dsn)).toBe(200)
  expect((await post(`/${key.id}/revoke`)).status).toBe(200)
  expect(await report(key.dsn)).toBe(403)
  expect((await post(`/${key.id}/revoke`)).body.error?.code).toBe('CONFLICT')
  expect((await post(`/${key.id}/limits`, { origins: [], perMinute: 1 })).body.error?.code).toBe('CONFLICT')
  await keys.adopt('shop', ['web'])
  expect(await report((await ofWeb()).dsn)).toBe(200)
  expect(acts.map(({ action }) => action)).toEqual(['key.revoked'])
})

test('a key that was made by a person has its limits from the start; changed ones hold at once', async () => {
  const wanted = { service: 'web', origins: ['https://shop.example'], perMinute: 3 }
  const made = await post('', wanted)
  expect([made.status, made.body]).toMatchObject([201, { ...wanted, kind: 'client', isOwn: false, madeBy: 'Ana' }])
  const { dsn, id } = made.body
  expect([await report(dsn, 'https://shop.example'), await report(dsn, 'https://evil.example')]).toEqual([200, 403])
  expect((await post(`/${id}/limits`, { origins: [], perMinute: 1 })).status).toBe(200)
  expect(await report(dsn, 'https://evil.example')).toBe(429)
  expect((await post(`/${id}/limits`, { origins: [], perMinute: null })).status).toBe(200)
  expect(await report(dsn, 'https://evil.example')).toBe(200)
  expect(acts.map(({ action }) => action)).toEqual(['key.created', 'key.changed', 'key.changed'])
})

test.each([
  ['', { service: 'wbe' }, 404],
  ['', { origins: ['https://shop.example/path'] }, 400],
  ['', { perMinute: 0 }, 400],
  ['', { kind: 'magic' }, 400],
  ['/nobody/rotate', {}, 404],
  ['/nobody/revoke', {}, 404],
] as const)('%s with %j is refused with %i, and nothing is written', async (to, body, status) => {
  // What tests before this one reported with a key is written once a second, whatever is asked here.
  await counter.flush()
  const before = await listed()
  expect((await post(to, body)).status).toBe(status)
  expect(await listed()).toEqual(before)
  expect(acts).toEqual([])
})

test('what came in is shown by key, category, outcome and reason, and when a key was last used', async () => {
  const key = await post('')
  const from = now().toISOString()
  await report(key.body.dsn)
  await report(key.body.dsn)
  await report('http://stranger@gantry/1')
  await counter.flush()
  const { counts } = (await app.inject({ url: '/api/v1/projects/shop/intake?hours=1' })).json<IntakeView>()
  const own = counts.filter(({ keyId }) => keyId === key.body.id)
  expect(own.map(({ category, outcome, reason, quantity }) => [category, outcome, reason, quantity])).toEqual([
    ['error', 'taken', '', 2],
    ['session', 'dropped', 'malformed', 2],
  ])
  expect(counts).toContainEqual(expect.objectContaining({ keyId: '', category: 'request', reason: 'key' }))
  expect((await listed()).find(({ id }) => id === key.body.id)?.lastUsedAt).toBe(from)
})
