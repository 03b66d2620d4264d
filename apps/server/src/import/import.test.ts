import { hash } from 'node:crypto'
import { type ErrorEvent, groupEvent, type Issue, type Store } from '@gantry/core'
import type { ImportedIssue, ImportOutcome } from '@gantry/core/api'
import { IngestConfig } from '@gantry/core/config'
import { type Database, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caller } from '../access/caller.ts'
import { installErrors } from '../http/errors.ts'
import { apiOf } from '../http/route.ts'
import { importRoutes } from '../http/routes/imports.ts'
import type { ProjectContext } from '../project/open-project.ts'
import { readReports } from './read-reports.ts'

const now = () => new Date('2026-11-28T12:00:00.000Z')
const app = Fastify() as unknown as FastifyInstance
const acts: string[] = []
let database: Database
let store: Store
let ids = 0

beforeAll(async () => {
  database = await embeddedDatabase()
  store = storeOn(database)
  const stored = await store.projects.ensure({ name: 'shop', createdAt: now().toISOString() })
  await store.access.savePerson({ id: 'p1', name: 'Mia', email: 'mia@shop.example', isServerOwner: false })
  await store.access.addMember('shop', 'p1', 'developer', now().toISOString())
  const config = { services: { web: { path: 'apps/web' } }, grouping: [], ingest: {} }
  const context = {
    ...{ stored, store, now, newId: () => `${String(++ids).padStart(8, '0')}-0000-4000-8000-${id('0').slice(0, 12)}` },
    project: { current: async () => ({ config }) },
    sources: { mapped: async (event: ErrorEvent) => event },
    live: { tell: () => undefined },
    record: async ({ action }: { action: string }) => void acts.push(action),
  } as unknown as ProjectContext
  const caller: Caller = { kind: 'program', name: 'Ana', tokenId: 't', project: 'shop', scopes: [] }
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.decorateRequest('caller', null)
  app.addHook('onRequest', async request => void Object.assign(request, { caller }))
  installErrors(app)
  importRoutes(apiOf(app).ofProject, () => context)
  await app.ready()
})
afterAll(async () => {
  await app.close()
  await database.close()
})

async function call(method: 'GET' | 'POST', path: string, payload?: object) {
  const url = `/api/v1/projects/shop/imports${path}`
  const answer = await app.inject({ method, url, ...(payload !== undefined && { payload }) })
  return { status: answer.statusCode, body: answer.json() }
}
const origin = { service: 'sentry', url: 'https://sentry.io', organization: 'acme' }
const begin = async (holder: string, projects: Record<string, string> = { web: 'web' }) =>
  (await call('POST', '', { origin, asked: { projects, since: null }, holder })).body.import.id as string

const id = (letter: string) => letter.repeat(32)
const frame = (filename: string, change: object = {}) => ({
  ...{ filename, function: 'priceOf', lineno: 3, in_app: true, context_line: 'cart.total', ...change },
})
const thrown = (frames: object[], raw?: object[]) => ({
  values: [{ type: 'TypeError', value: 'x', stacktrace: { frames }, ...(raw && { raw_stacktrace: { frames: raw } }) }],
})
function issue(sourceId: string, change: Partial<ImportedIssue> = {}): ImportedIssue {
  return {
    ...{ sourceId, shortId: null, url: null, title: 'Broken', culprit: null, level: 'error', service: 'web' },
    ...{ firstSeen: '2026-10-01T08:00:00.000Z', lastSeen: '2026-11-01T08:00:00.000Z', events: 10, people: 1 },
    ...{ state: { to: 'open', regressedAt: null }, assignee: null, comments: [], reports: [], ...change },
  }
}
async function bring(...issues: object[]): Promise<{ outcomes: ImportOutcome[]; shown: (Issue | null)[] }> {
  const importId = await begin('holder-1')
  const { status, body } = await call('POST', `/${importId}/issues`, { holder: 'holder-1', issues })
  expect(status).toBe(200)
  const outcomes: ImportOutcome[] = body.issues
  const shown = await Promise.all(outcomes.map(({ number }) => store.issues.byNumber('shop', number ?? 0)))
  return { outcomes, shown }
}
/** As the intake groups what a client sends. */
async function keyOf(exception: object, service: string | null = 'web'): Promise<string> {
  const [report] = await readReports([{ exception }], {
    ...{ project: 'shop', service, folder: null, rules: [], mapped: async (event: ErrorEvent) => event },
    ...{ settings: IngestConfig.parse({}), now: now().toISOString(), newId: () => id('f') },
  })
  return groupEvent(report?.event.event as ErrorEvent).grouping.key
}

test('an event that was read by maps is known as its client sends it, and as maps of here read it', async () => {
  const bundle = [frame('https://shop.example/assets/index-BxY12ab3.js', { context_line: undefined, function: 'a' })]
  const reports = [{ event_id: id('a'), exception: thrown([frame('./src/cart.ts')], bundle) }]
  const { shown } = await bring(issue('1', { reports }))
  const keys = await database.kysely.selectFrom('gantry.issue_keys').selectAll().execute()
  const leads = keys.flatMap(({ key_hash, issue_id }) => (issue_id === shown[0]?.id ? [key_hash] : []))
  for (const sent of [thrown(bundle), thrown([frame('./src/cart.ts')]), thrown([frame('apps/web/src/cart.ts')])])
    expect(leads).toContain(hash('sha256', await keyOf(sent)))
})

test('it happened when it happened, and is kept since it came', async () => {
  const reports = [{ event_id: id('b'), timestamp: '2025-03-01T08:00:00Z', exception: thrown([frame('src/b.ts')]) }]
  const { shown } = await bring(
    issue('2', { reports, firstSeen: '2025-01-01T08:00:00.000Z', lastSeen: '2199-01-01T08:00:00.000Z' }),
  )
  expect(shown[0]).toMatchObject({ firstSeen: '2025-01-01T08:00:00.000Z', lastSeen: now().toISOString() })
  const kept = await store.issues.event('shop', id('b'))
  expect(kept?.event).toMatchObject({ at: '2025-03-01T08:00:00.000Z', receivedAt: now().toISOString(), service: 'web' })
})

test('somebody of the project looks after it by their e-mail, anybody else by name', async () => {
  const { shown } = await bring(
    issue('3', { assignee: { email: 'MIA@shop.example', name: 'mia92' } }),
    issue('4', { assignee: { email: null, name: 'Team Till' } }),
  )
  expect(shown.map(one => one?.assignee)).toEqual([
    { person: 'p1', name: 'Mia', why: 'by-hand' },
    { person: null, name: 'Team Till', why: 'by-hand' },
  ])
})

test('a silence that is over is none, so that nobody is told of its end', async () => {
  const muted = { to: 'muted', moreEvents: null, rate: null } as const
  const { shown } = await bring(
    issue('5', { state: { ...muted, until: '2026-11-01T08:00:00.000Z' } }),
    issue('6', { state: { ...muted, until: '2026-12-24T08:00:00.000Z' } }),
  )
  expect(shown.map(one => one?.state)).toEqual(['open', 'muted'])
})

test('hostile words are one line without orders to a terminal, links lead to the web, and odd events cost nothing', async () => {
  const { shown, outcomes } = await bring(
    issue('7', {
      ...{ title: `\u001b[31mred\u0000\n\u202e${'x'.repeat(9_000)}`, culprit: '\ud800', url: 'javascript:alert(1)' },
      reports: [{ event_id: id('c'), exception: { values: 'none' }, tags: 7, level: [] }, { nested: [] }],
    }),
  )
  expect(shown[0]?.title).toMatch(/^\[31mred x{190,}$/)
  expect(shown[0]).toMatchObject({ culprit: '\ufffd', imported: [{ url: null }] })
  expect(outcomes[0]).toMatchObject({ became: 'new', reports: 2 })
})

test('what people said there, and titles, are scrubbed as events are', async () => {
  const comments = [{ by: 'Leo', at: '2026-11-01T08:00:00.000Z', text: 'try password=hunter2' }]
  const { shown } = await bring(issue('11', { title: 'Error: token=abc123def456', comments }))
  const said = await store.issueLife.acts('shop', shown[0]?.id ?? '')
  expect(shown[0]?.title).toBe('Error: token=[scrubbed]')
  expect(said.map(({ text }) => text)).toContain('try password=[scrubbed]')
})

test('what is no issue is refused whole, with where', async () => {
  const importId = await begin('holder-2')
  const send = async (body: object) =>
    (await call('POST', `/${importId}/issues`, { holder: 'holder-2', ...body })).body.error
  expect(await send({ issues: [issue('8'), { ...issue('9'), events: -1 }] })).toMatchObject({
    ...{ code: 'BAD_REQUEST', message: expect.stringContaining('body.issues.1.events') },
  })
  expect(await send({ issues: Array(101).fill(issue('8')) })).toMatchObject({ code: 'BAD_REQUEST' })
  const known = await call('POST', '/known', { origin, sourceIds: ['7', '8'] })
  expect(known.body).toEqual({ known: ['7'] })
})

test('is begun, gone on with, ended and taken back, and the ledger says who did', async () => {
  acts.length = 0
  const first = await begin('holder-3', { api: 'web' })
  expect(await begin('holder-4', { api: 'web' })).toBe(first)
  const late = await call('POST', `/${first}/issues`, { holder: 'holder-3', issues: [issue('10')] })
  expect(late).toMatchObject({ status: 409, body: { error: { code: 'IMPORT_MOVED_ON' } } })
  const body = { holder: 'holder-4', cursor: { part: 'api', at: 'x' }, issues: [issue('10')] }
  await call('POST', `/${first}/issues`, body)
  expect((await call('GET', `/${first}`)).body).toMatchObject({ by: 'Ana', cursor: body.cursor, issues: 1 })
  expect((await call('POST', `/${first}/end`, { holder: 'holder-4' })).body).toMatchObject({ state: 'done' })
  expect((await call('POST', `/${first}/undo`, {})).body).toEqual({ removed: 1, kept: 0, left: 0 })
  expect((await call('GET', '')).body.imports).toContainEqual(expect.objectContaining({ id: first, state: 'undone' }))
  expect((await call('GET', '/nothing')).status).toBe(404)
  expect(acts).toEqual(['import.begun', 'import.begun', 'import.done', 'import.taken-back'])
})
