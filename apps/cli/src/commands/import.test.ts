import { openSentryFake, type SentryFake } from '@gantry/vendor-fakes'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { fakeIssue, toldOf } from '../import/testing/fake-issues.ts'
import { typed } from '../testing/test-host.ts'
import { refusal, type TestServer, testServer } from '../testing/test-server.ts'

const api = '/api/v1/projects/shop'
const now = () => new Date('2026-11-28T12:00:00.000Z')
const begun = {
  ...{ id: 'i1', origin: { service: 'sentry', url: 'https://sentry.io', organization: 'shop' }, by: 'Ana' },
  ...{ asked: { projects: { web: null }, since: null }, state: 'running', cursor: null, issues: 0, releases: 0 },
  ...{ startedAt: now().toISOString(), endedAt: null },
}
const key = (service: string | null) => ({
  ...{ id: `k${service}`, service, kind: 'client', key: 'x', dsn: 'x', origins: [], perMinute: null, isOwn: true },
  ...{
    state: 'works',
    madeBy: 'g',
    rotatedAt: null,
    revokedAt: null,
    createdAt: now().toISOString(),
    lastUsedAt: null,
    worksUntil: null,
    counts: [],
  },
})

let fake: SentryFake
let server: TestServer
let env: Record<string, string>
beforeAll(async () => {
  fake = await openSentryFake()
  server = await testServer()
  env = { ...server.env, SENTRY_AUTH_TOKEN: fake.token, SENTRY_ORG: 'shop', SENTRY_URL: new URL(fake.url).origin }
})
afterAll(() => fake[Symbol.asyncDispose]())
beforeEach(() => {
  fake.forget()
  server.asked.length = 0
  Object.assign(fake.state, { isGlitchTip: false, pageSize: 2, releases: [], commits: {}, deploys: {} })
  fake.state.issues = { api: [], web: [fakeIssue('1'), fakeIssue('2'), fakeIssue('3')] }
  server.answer({
    [`GET ${api}/ingest-keys`]: () => ({ keys: ['web', 'storefront', null].map(key) }),
    [`POST ${api}/imports/known`]: () => ({ known: [] }),
    [`POST ${api}/imports`]: () => ({ import: begun, isResumed: false }),
    [`POST ${api}/imports/i1/issues`]: ({ body }) => ({
      issues: (body as { issues: { sourceId: string; reports: object[] }[] }).issues.map(({ sourceId, reports }) => ({
        ...{ sourceId, became: 'new', number: 1, reports: reports.length },
      })),
    }),
    [`POST ${api}/imports/i1/releases`]: ({ body }) => ({ added: (body as { releases: object[] }).releases.length }),
    [`POST ${api}/imports/i1/end`]: () => ({ ...begun, state: 'done', issues: 3 }),
  })
})
const bring = (argv: string[] = [], over: Record<string, string> = {}) =>
  typed(['import', 'sentry', ...argv], { env: { ...env, ...over }, now })
interface Sent {
  cursor: unknown
  issues: Record<string, unknown>[]
  releases: Record<string, unknown>[]
}
const sent = (what: 'issues' | 'releases'): Sent[] =>
  server.asked.filter(({ path }) => path === `${api}/imports/i1/${what}`).map(({ body }) => body as Sent)
const issues = () => sent('issues').flatMap(each => each.issues)

test('says what would come, and changes nothing there or here', async () => {
  server.answer({
    [`POST ${api}/imports/known`]: ({ body }) => ({ known: (body as { sourceIds: string[] }).sourceIds.slice(0, 1) }),
  })
  fake.state.releases = [{ version: 'web@1', dateCreated: '2026-11-01T08:00:00Z', projects: [{ slug: 'web' }] }]
  const { code, out, err } = await bring(['--dry-run'])
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/web +web +3 +1 +2 +0/)
  expect(out).toMatch(/api +– \(no service\) +0/)
  expect(out).toContain('No service here is called api: say which it is (--from api=<service>)')
  expect(out).toContain('1 releases would come')
  expect(server.asked.map(({ path }) => path).filter(path => /imports$|i1/.test(path))).toEqual([])
  expect([fake.oddities, fake.requests.filter(({ method }) => method !== 'GET')]).toEqual([[], []])
})

test('brings states, people, comments and events, page by page, and keeps how far it is', async () => {
  const note = { type: 'note', dateCreated: '2026-11-03T08:00:00Z', user: { name: 'Leo' }, data: { text: 'On Monday' } }
  const resolved = { type: 'set_resolved_in_release', dateCreated: '2026-11-21T08:00:00Z', user: null, data: {} }
  const frame = {
    filename: '/app/src/cart.js',
    function: 'priceOf',
    lineno: 3,
    in_app: false,
    data: { orig_in_app: 1 },
  }
  const exception = { values: [{ type: 'TypeError', value: 'x', stacktrace: { frames: [frame] } }] }
  const event = {
    event_id: 'a'.repeat(32),
    timestamp: 1_790_000_000,
    exception,
    fingerprint: ['cart'],
    release: 'web@1',
  }
  const told = toldOf(event)
  const first = { ...told.events[0], eventID: 'b'.repeat(32) }
  fake.state.issues = {
    web: [
      fakeIssue(
        '1',
        {
          status: 'resolved',
          statusDetails: { inRelease: 'web@2' },
          numComments: 1,
          assignedTo: { name: 'Mia', email: 'mia@shop.example' },
        },
        { ...told, events: [...told.events, first], activity: [resolved, note] },
      ),
      fakeIssue('2', {
        status: 'ignored',
        substatus: 'archived_until_condition_met',
        statusDetails: { ignoreCount: 10, ignoreWindow: 60 },
      }),
      fakeIssue('3', { status: 'ignored', substatus: 'archived_forever', level: 'odd' }),
    ],
  }
  const { code, out } = await bring()
  expect(code).toBe(0)
  expect(out).toMatch(/web +3 +3 +0 +0 +0 +2 +0/)
  expect(out).toContain('`gantry import undo i1` takes it back')
  expect(sent('issues').map(({ cursor }) => cursor)).toEqual([
    { part: 'web', at: '0:2:0' },
    { part: 'web', at: '' },
  ])
  const [one, two, three] = issues()
  expect(one).toMatchObject({
    ...{ sourceId: '1', shortId: 'WEB-1', title: 'Error: broken 1', service: 'web', events: 40, people: 7 },
    state: { to: 'resolved', at: '2026-11-21T08:00:00.000Z', how: 'in-release', release: 'web@2' },
    assignee: { name: 'Mia', email: 'mia@shop.example' },
    comments: [{ by: 'Leo', at: '2026-11-03T08:00:00.000Z', text: 'On Monday' }],
    reports: [
      {
        event_id: 'a'.repeat(32),
        fingerprint: ['cart'],
        exception: { values: [{ stacktrace: { frames: [{ in_app: true }] } }] },
      },
      { event_id: 'b'.repeat(32), fingerprint: ['cart'] },
    ],
  })
  expect(JSON.stringify(one)).not.toMatch(/hashes|received/)
  expect(two).toMatchObject({ state: { to: 'muted', rate: { events: 10, overMs: 3_600_000 } }, reports: [] })
  expect(three).toMatchObject({ state: { to: 'archived' }, level: 'error' })
  expect(fake.oddities).toEqual([])
})

test('brings releases of the projects that were asked for, with commits and deploys', async () => {
  const release = (version: string, slug: string) => ({
    ...{ version, dateCreated: '2026-11-01T08:00:00Z', commitCount: 1, deployCount: 1, projects: [{ slug }] },
  })
  fake.state.releases = [release('web@1', 'web'), release('api@1', 'api')]
  fake.state.commits = {
    'web@1': [{ id: 'c1', message: 'Mend', dateCreated: '2026-11-01T07:00:00Z', author: { name: 'Leo' } }],
  }
  fake.state.deploys = { 'web@1': [{ id: '1', environment: 'production', dateFinished: '2026-11-01T09:00:00Z' }] }
  await bring(['--from', 'web=storefront'])
  expect(sent('releases').flatMap(({ releases }) => releases)).toMatchObject([
    {
      ...{ version: 'web@1', sha: 'c1', createdAt: '2026-11-01T08:00:00.000Z' },
      commits: [{ sha: 'c1', author: 'Leo' }],
      deploys: [{ environment: 'production', finishedAt: '2026-11-01T09:00:00.000Z' }],
    },
  ])
  expect(issues().map(({ service }) => service)).toEqual(['storefront', 'storefront', 'storefront'])
})

test('goes on where it was left, and reads no event of what is known', async () => {
  server.answer({
    [`POST ${api}/imports`]: () => ({ import: { ...begun, cursor: { part: 'web', at: '0:2:0' } }, isResumed: true }),
    [`POST ${api}/imports/known`]: () => ({ known: ['3'] }),
  })
  fake.state.issues = { web: [...'1234'].map(id => fakeIssue(id)) }
  const { err } = await bring()
  expect(err).toContain('goes on with import i1')
  expect(issues().map(({ sourceId }) => sourceId)).toEqual(['4'])
  expect(fake.requests.filter(({ path }) => /issues\/[123]\/|releases/.test(path))).toEqual([])
})

test('leaves out what was last seen before, and counts what makes no sense', async () => {
  fake.state.pageSize = 10
  const odd = fakeIssue('../../x', { title: 'odd' })
  fake.state.issues = { web: [fakeIssue('1'), fakeIssue('2', { lastSeen: '2026-10-01T00:00:00Z' }), odd] }
  const { out } = await bring(['--since', '30d', '--json'])
  expect(JSON.parse(out).issues.web).toMatchObject({ seen: 2, new: 1, old: 1, unread: 1 })
  expect(server.asked.find(({ path }) => path === `${api}/imports`)?.body).toMatchObject({
    asked: { projects: { web: 'web' }, since: '2026-10-29T00:00:00.000Z' },
  })
})

test('GlitchTip, which orders by other words and tells no event as it was sent, is read all the same', async () => {
  fake.state.isGlitchTip = true
  const comment = {
    type: 'note',
    dateCreated: '2026-11-03T08:00:00Z',
    user: { name: '', email: 'leo@x' },
    data: { text: 'Hm' },
  }
  const frame = {
    filename: '/app/src/cart.js',
    function: 'priceOf',
    lineno: 3,
    context_line: 'a()',
    pre_context: ['x'],
  }
  const told = toldOf({
    event_id: 'a'.repeat(32),
    timestamp: 1_790_000_000,
    release: 'web@1',
    exception: { values: [{ type: 'E', stacktrace: { frames: [frame] } }] },
  })
  const more = { ...told, json: {}, comments: [comment] }
  fake.state.issues = {
    web: [...'1234'].map(id => fakeIssue(id, { status: 'resolved', substatus: null, numComments: 1 }, more)),
  }
  expect(await bring()).toMatchObject({ code: 0 })
  const all = issues()
  expect(all).toHaveLength(4)
  expect(all[3]).toMatchObject({
    state: { to: 'resolved', at: '2026-11-20T08:00:00.000Z', how: 'now' },
    comments: [{ by: 'leo@x', text: 'Hm' }],
    reports: [
      {
        release: 'web@1',
        exception: { values: [{ stacktrace: { frames: [{ lineno: 3, context_line: 'a()', pre_context: ['x'] }] } }] },
      },
    ],
  })
  expect(fake.requests.filter(({ path }) => path.endsWith('/json/')).length).toBeLessThanOrEqual(4)
  expect(fake.oddities).toEqual([])
})

test('takes an import back in turns, and says beforehand what would go', async () => {
  const left = [3, 0]
  server.answer({
    [`GET ${api}/imports`]: () => ({ imports: [{ ...begun, state: 'done', issues: 5, releases: 2 }] }),
    [`GET ${api}/imports/i1`]: () => ({ ...begun, state: 'done', issues: 5, releases: 2 }),
    [`POST ${api}/imports/i1/undo`]: () => ({ removed: 2, kept: left[0] === 0 ? 1 : 0, left: left.shift() }),
  })
  const say = (...argv: string[]) => typed(['import', ...argv], { env, now })
  expect((await say()).out).toMatch(/i1 +done +shop at https:\/\/sentry.io +web +5 +2 +Ana/)
  expect((await say('undo', 'i1', '--dry-run')).out).toContain('would take back 5 issues and 2 releases')
  expect(left).toHaveLength(2)
  expect((await say('undo', 'i1')).out).toContain('4 issues and 2 releases are gone; 1 stay')
  expect(await say('undo')).toMatchObject({ code: 2, err: expect.stringContaining('gantry import list') })
})

test('what is missing, wrong or taken over is said with what to do', async () => {
  const said = async (argv: string[], over: Record<string, string>, code: number, ...words: string[]) => {
    const { err, ...rest } = await bring(argv, over)
    expect(rest.code).toBe(code)
    for (const word of words) expect(err).toContain(word)
    expect(err).not.toContain(fake.token)
  }
  await said([], { SENTRY_AUTH_TOKEN: '' }, 2, 'SENTRY_AUTH_TOKEN not set', 'event:read')
  await said([], { SENTRY_ORG: '' }, 2, '--org or SENTRY_ORG')
  await said(['--org', 'other'], {}, 2, 'no organization "other"', 'org:read')
  await said(['--from', 'shop'], {}, 2, 'no project "shop" there; there is api, web')
  await said([], { SENTRY_PROJECT: 'gone' }, 2, 'no project "gone" there')
  await said(['--from', 'web=x'], {}, 2, 'no service "x" has a key here', 'gantry keys')
  await said(['--since', 'soon'], {}, 2, 'since: expected')
  server.answer({
    [`POST ${api}/imports/i1/issues`]: () => refusal('IMPORT_MOVED_ON', 'this process does not carry out i1'),
  })
  await said([], {}, 1, 'this process does not carry out i1')
  fake.expireToken()
  await said([], {}, 3, 'Sentry answered 401', 'token')
})
