import { openSentryFake, type SentryFake, tooMany } from '@gantry/vendor-fakes'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type SentryEvent, sentryProject } from '../sentry/sentry-api.ts'
import { typed } from '../testing/test-host.ts'
import { type TestServer, testServer } from '../testing/test-server.ts'

const now = () => new Date('2026-11-28T12:00:00.000Z')
const at = (hours: number) => new Date(now().getTime() - hours * 3_600_000).toISOString()
const id = (letter: string) => letter.repeat(32)
const events = 'GET /projects/{organization}/{project}/events/'

let fake: SentryFake
let server: TestServer
let env: Record<string, string>
beforeAll(async () => {
  fake = await openSentryFake()
  server = await testServer({
    'GET /api/v1/projects/shop/event-ids': ({ query }) =>
      query['after']
        ? { events: [{ id: id('c'), at: at(3), issue: 2 }], next: null }
        : {
            events: [
              { id: id('a'), at: at(1), issue: 1 },
              { id: id('b'), at: at(2), issue: 1 },
            ],
            next: '2026-11-28.b',
          },
    'GET /api/v1/projects/shop/issues': () => ({ issues: [], total: 0 }),
    'GET /api/v1/projects/shop/incidents': () => ({ incidents: [] }),
  })
  const named = { SENTRY_AUTH_TOKEN: fake.token, SENTRY_ORG: 'shop', SENTRY_PROJECT: 'web', SENTRY_URL: fake.url }
  env = { ...server.env, ...named }
})
afterAll(() => fake[Symbol.asyncDispose]())
beforeEach(() => {
  fake.forget()
  const event = (letter: string, groupID: string, hours: number) => ({
    ...{ eventID: id(letter), groupID, title: `Broken ${groupID}`, dateCreated: at(hours) },
  })
  Object.assign(fake.state, {
    events: [event('a', '77', 1), event('b', '78', 2), event('c', '78', 3), event('old', '78', 24 * 9)],
    rules: [{ id: '1', name: 'Page us', status: 'active', environment: null, lastTriggered: at(2) }],
    pageSize: 2,
  })
})
const compare = (argv: string[] = [], over: Record<string, string> = {}) =>
  typed(['compare', 'sentry', ...argv], { env: { ...env, ...over }, now })

test('counts, grouping and alerts of both stand side by side', async () => {
  const { code, out, err } = await compare()
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/2026-11-28 +3 +3 +3/)
  expect(out).toContain('Of 2 issues of Gantry with events in both, 0 are exactly one of Sentry')
  expect(out).toMatch(/One issue in Gantry, several in Sentry:\n +#1 +2 events/)
  expect(out).toMatch(/One issue in Sentry, several in Gantry:\n +78 +2 events +Broken 78/)
  expect(out).toMatch(/Page us +active +any +2 h ago/)
  expect([fake.oddities, fake.requests.filter(({ method }) => method !== 'GET')]).toEqual([[], []])
})

test('as JSON, with what was read of the other side cut where it is too much', async () => {
  const { out } = await compare(['--json', '--most', '2'])
  expect(JSON.parse(out)).toMatchObject({ sentryProject: 'shop/web', isCut: true, from: at(2), sentry: 2, both: 2 })
})

test('a service that speaks the API without rules, as GlitchTip does, is compared all the same', async () => {
  fake.state.rules = null
  const { code, out } = await compare()
  expect(code).toBe(0)
  expect(out).toContain('it tells of none')
})

test('a limit is waited for, as long as Sentry says', async () => {
  fake.inject(events, tooMany(7))
  const waited: number[] = []
  const project = sentryProject(env, async ms => void waited.push(ms))
  const all: SentryEvent[] = []
  for await (const page of project.events(new Date(at(24 * 7)), 100)) all.push(...page)
  expect(all.map(({ eventID }) => eventID)).toEqual([id('a'), id('b'), id('c')])
  // Less the moment since it was said.
  expect(waited).toEqual([expect.closeTo(7_000, -3)])
})

test('what is missing or refused is said', async () => {
  expect(await compare([], { SENTRY_ORG: '' })).toMatchObject({
    code: 2,
    err: expect.stringContaining('SENTRY_ORG not set'),
  })
  fake.expireToken()
  expect(await compare()).toMatchObject({ code: 3, err: expect.stringContaining('Sentry answered 401') })
})
