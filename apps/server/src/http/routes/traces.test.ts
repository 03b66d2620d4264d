import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ErrorEvent, NewItem, SessionFact, Store } from '@gantry/core'
import { groupEvent } from '@gantry/core'
import type { IssueSpread, ReleaseSessions, SpanDetails, TraceView } from '@gantry/core/api'
import { type DayFiles, openDayFiles } from '@gantry/lines'
import { type Database, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueSpread } from '../../issue/issue-spread.ts'
import { releaseSessions } from '../../release/release-sessions.ts'
import { apiOf } from '../route.ts'
import { traceRoutes } from './traces.ts'

const now = new Date('2026-12-04T10:40:00.000Z')
const began = Date.parse('2026-12-04T10:00:00.000Z')
const instant = (ms: number) => new Date(began + ms).toISOString()
const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const [former, sha] = ['a'.repeat(40), 'b'.repeat(40)]
const app = Fastify()
const stored = { name: 'shop' }
let dir = ''
let lines: DayFiles
let database: Database
let store: Store
let issueId = ''

const span = (id: string, parent: string | null, from: number, to: number, over: object = {}) => ({
  ...{ trace_id: trace, span_id: id, parent_span_id: parent, name: id, start_timestamp: (began + from) / 1_000 },
  ...{ end_timestamp: (began + to) / 1_000, status: null, attributes: {}, ...over },
})
const item = (service: string, spans: object[], over: Partial<NewItem> = {}): NewItem => ({
  ...{ id: service, project: 'shop', at: instant(0), receivedAt: instant(1_000), kind: 'span', type: 'otlp_span' },
  ...{ name: null, eventId: null, traceId: trace, service, environment: 'production', release: sha },
  ...{ facts: { spans: spans.length }, content: Buffer.from(JSON.stringify({ spans })), ...over },
})
const event = (over: Partial<ErrorEvent>): ErrorEvent => ({
  ...{
    id: 'e'.repeat(32),
    project: 'shop',
    environment: 'production',
    release: sha,
    service: 'backend',
    level: 'error',
  },
  ...{
    platform: 'node',
    at: instant(40),
    receivedAt: instant(50),
    message: 'no cart',
    exceptions: [],
    fingerprint: [],
  },
  ...{ transaction: null, url: null, user: null, traceId: trace, spanId: '2', tags: {}, breadcrumbs: [], sdk: null },
  ...over,
})
const grouped = (one: ErrorEvent) => ({ event: one, ...groupEvent(one), keyHash: 'k', formerKey: null })

async function deploy(id: string, release: string, formerRelease: string | null, liveAt: string): Promise<void> {
  await store.releases.add({
    ...{ id: release, project: 'shop', sha: release, title: 't', author: 'Kim', createdAt: liveAt, runId: null },
    ...{ artifacts: [], migrations: [], badBecause: null },
  })
  const planned = {
    ...{ id, project: 'shop', environment: 'production', release, formerRelease, kind: 'deploy' as const, steps: [] },
    ...{ requestedBy: 'Ana', reason: null, runId: null, createdAt: liveAt, liveAt: null, finishedAt: null },
    ...{ failure: null, verdict: null, version: 1, state: 'planned' as const },
  }
  await store.deployments.add(planned)
  const deploying = await store.deployments.update({ ...planned, state: 'deploying' })
  const verifying = await store.deployments.update({ ...deploying, state: 'verifying' })
  await store.deployments.goLive({ ...verifying, state: 'live', liveAt, finishedAt: liveAt })
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-traces-'))
  lines = openDayFiles({ dir, folderOf: project => join(dir, project), now: () => now })
  database = await embeddedDatabase()
  store = storeOn(database)
  await store.projects.ensure({ name: 'shop', createdAt: instant(0) })
  await deploy('d1', former, null, instant(-7_200_000))
  await deploy('d2', sha, former, instant(-3_600_000))
  const failing = { kind: 'server', status: 'error', attributes: { 'db.rows': 3 } }
  await store.items.keep([
    item('web', [span('1', null, 0, 100), span('9', 'gone', 10, 20)]),
    item('backend', [span('2', '1', 20, 80, failing)]),
  ])
  const [one] = await store.issues.record([grouped(event({})), grouped(event({ id: 'f'.repeat(32), traceId: null }))])
  issueId = one?.issueId ?? ''
  const line = { project: 'shop', environment: 'production', release: sha, service: 'web', level: 'info' as const }
  await lines.append([
    { ...line, at: instant(30), message: 'asked', trace, fields: { span_id: '1' } },
    { ...line, at: instant(35), message: 'of another', trace: null, fields: {} },
  ])
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  traceRoutes(apiOf(app).ofProject, (() => ({ store, lines, stored, now: () => now })) as never)
})
afterAll(async () => {
  await app.close()
  await lines.close()
  await database.close()
  await rm(dir, { recursive: true, force: true })
})

const get = async <T>(path: string) => {
  const answer = await app.inject(`/api/v1/projects/shop${path}`)
  return { status: answer.statusCode, body: answer.json<T>() }
}

test('a trace is its spans, errors, lines and what ran there, each at its time', async () => {
  const { body } = await get<TraceView>(`/traces/${trace.toUpperCase()}`)
  expect(body).toMatchObject({ id: trace, startedAt: instant(0), ms: 100, missingParents: 1, circles: 0 })
  expect(body.spans.map(({ id, depth, startMs, hasFailed }) => [id, depth, startMs, hasFailed])).toEqual([
    ['1', 0, 0, false],
    ['2', 1, 20, true],
    ['9', 0, 10, false],
  ])
  expect(body.events).toMatchObject([{ issue: 1, title: 'no cart', span: '2', startMs: 40 }])
  expect(body.lines).toMatchObject([{ message: 'asked', span: '1', startMs: 30 }])
  expect(body.deployments).toMatchObject([{ id: 'd2', release: sha, startMs: -3_600_000 }])
  expect(body.services).toMatchObject([
    { service: 'backend', spans: 1, failed: 1, ownMs: 60 },
    { service: 'web', spans: 2, failed: 0, ownMs: 50 },
  ])
})

test('the trace of an event is found by the event, and one span says all its client said', async () => {
  expect((await get<TraceView>(`/events/${'e'.repeat(32)}/trace`)).body.id).toBe(trace)
  const span2 = await get<SpanDetails>(`/traces/${trace}/spans/2`)
  expect(span2.body).toEqual({ id: '2', attributes: [{ name: 'db.rows', value: '3' }], events: [], links: [] })
})

test('one that is not kept is said so; one of lines alone is shown', async () => {
  const refused = async (path: string) => {
    const { status, body } = await get<{ code?: string }>(path)
    return [status, body.code]
  }
  expect((await refused(`/traces/${'0'.repeat(32)}`))[0]).toBe(404)
  expect((await refused(`/events/${'f'.repeat(32)}/trace`))[0]).toBe(404)
  expect((await refused('/traces/no-trace'))[0]).toBe(400)
  expect((await refused(`/traces/${trace}/spans/none`))[0]).toBe(404)
  const alone = 'c'.repeat(32)
  const line = { project: 'shop', environment: 'staging', release: null, service: 'web', level: 'info' as const }
  await lines.append([{ ...line, at: instant(5), message: 'alone', trace: alone, fields: {} }])
  expect((await get<TraceView>(`/traces/${alone}`)).body).toMatchObject({
    spans: [],
    ms: 0,
    lines: [{ message: 'alone' }],
  })
})

test('an issue spreads over whole bars, with what went live in them', async () => {
  const issue = await store.issues.get('shop', issueId)
  if (!issue) throw new Error('the issue is gone')
  const spread: IssueSpread = await issueSpread(issue, '24h', { stored, store, now: () => now })
  expect(spread).toMatchObject({ until: '2026-12-04T10:45:00.000Z', from: '2026-12-03T10:45:00.000Z', events: 2 })
  expect(spread.byRelease).toMatchObject([{ kind: 'one', name: sha, events: 2 }])
  expect(spread.byRelease[0]?.counts.findIndex(count => count > 0)).toBe(93)
  expect(spread.deployments.map(({ id, bucket }) => [id, bucket])).toEqual([
    ['d1', 85],
    ['d2', 89],
  ])
  expect(spread.releases).toMatchObject([
    { release: sha, environment: 'production', events: 2, liveAt: instant(-3_600_000) },
  ])
  expect((await issueSpread(issue, '90d', { stored, store, now: () => now })).until).toBe('2026-12-05T00:00:00.000Z')
})

test('sessions of a release stand beside those of the one before, by every name it has', async () => {
  const session = (id: string, at: number, over: Partial<SessionFact>): SessionFact => ({
    ...{
      project: 'shop',
      id,
      kind: 'application',
      release: sha,
      environment: 'production',
      person: null,
      service: null,
    },
    ...{ startedAt: instant(at), receivedAt: instant(at), quantity: 1, errored: 0, crashed: 0, abnormal: 0, ...over },
  })
  await store.namedReleases.say('shop', 'shop@2', { sha }, instant(0))
  await store.clientSessions.record([
    session('a', -60_000, { crashed: 1 }),
    session('b', -50_000, { release: 'shop@2' }),
    session('c', -3_700_000, { release: former }),
    session('d', -13_000_000, { release: former }),
  ])
  const release = await store.releases.get('shop', sha)
  if (!release) throw new Error('the release is gone')
  const told: ReleaseSessions = await releaseSessions(release, 48, { stored, store, now: () => now })
  expect(told).toMatchObject({ names: [sha, 'shop@2'], bucketMs: 3_600_000, buckets: 48 })
  expect(told.environments).toMatchObject([
    {
      ...{ environment: 'production', sessions: 2, crashed: 1, crashFreeSessions: 0.5, crashFreePeople: null },
      adoption: { sessions: 2, of: 4, share: 0.5 },
      sinceLive: {
        deployment: 'd2',
        own: { sessions: 2 },
        former: { release: former, sessions: 1, crashFreeSessions: 1 },
      },
    },
  ])
  expect(told.environments[0]?.counts.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(2)
  const none = await releaseSessions({ ...release, id: 'x', sha: 'x' }, 24, { stored, store, now: () => now })
  expect(none.environments).toEqual([])
})
