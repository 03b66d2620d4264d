import { expect, it } from 'vitest'
import { runProgram } from '../program.ts'
import * as sample from '../testing/samples.ts'
import { testHost, typed } from '../testing/test-host.ts'
import { refusal, testServer } from '../testing/test-server.ts'

const lineOf = (id: string, message: string) => ({
  id,
  project: 'p',
  environment: 'production',
  release: null,
  service: 'backend',
  at: sample.at,
  level: 'error',
  message,
  trace: null,
  fields: {},
})
const page = (...lines: object[]) => ({
  lines,
  hasMore: false,
  searchedBackTo: null,
  cursor: '1',
  histogram: [],
  barMs: 15_000,
  countedFrom: null,
})

it('asks for what was typed, and prints a line each', async () => {
  const server = await testServer({ 'GET /api/v1/projects/shop/logs': () => page(lineOf('1', 'slot\nis undefined')) })
  const argv = ['logs', '-q', 'slot', '--service', 'backend', '--level', 'error', '--since', '10m', '-n', '5']
  const { code, out } = await typed(argv, { env: server.env, now: sample.now })
  expect(code).toBe(0)
  expect(out).toBe(`${sample.at} error production/backend  slot is undefined\n`)
  expect(server.asked[0]?.query).toEqual({
    q: 'slot',
    service: 'backend',
    level: 'error',
    from: '2026-11-23T09:55:00.000Z',
    limit: '5',
    histogram: 'false',
  })
  expect(JSON.parse((await typed(['logs', '--json'], { env: server.env })).out)).toMatchObject({ id: '1' })
})

it('shows the fields behind the message', async () => {
  const fields = { time: sample.at, service: 'backend', path: '/api/sites', status: 500 }
  const server = await testServer({
    'GET /api/v1/projects/shop/logs': () => page({ ...lineOf('1', 'request'), fields }),
  })
  const { out } = await typed(['logs'], { env: server.env, now: sample.now })
  expect(out).toBe(`${sample.at} error production/backend  request  path=/api/sites status=500\n`)
})

it('says that nothing matches, and why, beside the result', async () => {
  const server = await testServer({
    'GET /api/v1/projects/shop/logs': () => page(),
    'GET /api/v1/projects/shop/line': () => sample.line,
  })
  const none = async (...more: string[]) => typed(['logs', ...more], { env: server.env, now: sample.now })
  expect(await none()).toMatchObject({ code: 0, out: '', err: 'no line matches\n' })
  expect((await none('--environment', 'staging')).err).toBe('no line matches\n')
  expect((await none('--environment', 'prod')).err).toContain('names no environment "prod", only staging, production')
})

it('refuses a duration that is none', async () => {
  const { code, err } = await typed(['logs', '--since', 'yesterday'])
  expect(code).toBe(2)
  expect(err).toContain('since: expected a duration such as 90s')
})

it('shows what a service wrote around a line, what lines say, the days, and a whole search as a file', async () => {
  const server = await testServer({
    'GET /api/v1/projects/shop/logs/around': () => {
      return {
        before: [lineOf('1', 'before')],
        line: lineOf('2', 'own'),
        after: [lineOf('3', 'after')],
        instance: null,
      }
    },
    'GET /api/v1/projects/shop/logs/facets': () => {
      return { facets: [{ name: 'status', values: [{ value: '500', count: 3 }] }], lines: 3, isWhole: true }
    },
    'GET /api/v1/projects/shop/logs/days': () => ({ days: [{ day: '2026-11-23', lines: 7, bytes: 1_500_000 }] }),
    'GET /api/v1/projects/shop/logs': () => ({
      ...page(),
      histogram: [{ at: sample.at, total: 1_000_001, errors: 0 }],
    }),
    'GET /api/v1/projects/shop/logs/export': () => 'a,b\r\n',
  })
  const out = async (...more: string[]) => (await typed(['logs', ...more], { env: server.env, now: sample.now })).out
  const around = await typed(['logs', '--around', '2', '-n', '3', '--instance'], { env: server.env })
  expect(around.out.match(/before|own|after/g)).toEqual(['before', 'own', 'after'])
  expect(around.err).toContain('no field of the line says which instance')
  expect(server.asked.at(-1)?.query).toEqual({ line: '2', count: '3', of: 'instance' })
  expect(await out('--facets')).toBe('status\n        3  500\n')
  expect(await out('--days')).toBe('2026-11-23             7 lines      1.5 MB\n')
  const file = await typed(['logs', 'x', '--export', 'csv', '--until', '2026-11-23T10:00Z'], { env: server.env })
  expect(file.out).toBe('a,b\r\n')
  expect(file.err).toContain('1000001 lines match, and the first 1000000 were written')
  expect(server.asked.at(-1)?.query).toMatchObject({ format: 'csv', q: 'x', to: '2026-11-23T10:00:00.000Z' })
})

it('looks for what a saved search says, narrowed by what is typed beside it, in its columns', async () => {
  const saved = { q: 'a OR b', service: 'web', level: 'error', range: '6h', columns: 'status, message' }
  const search = { ...{ id: 's1', kind: 'logs', name: 'Slow', isShared: true, version: 1, mayChange: false } }
  const server = await testServer({
    'GET /api/v1/projects/shop/searches': () => ({
      searches: [{ ...search, changedAt: sample.at, changedBy: 'Ana', search: saved }],
    }),
    'GET /api/v1/projects/shop/logs': () => page({ ...lineOf('1', 'late\nagain'), fields: { status: 503 } }),
  })
  const { out } = await typed(['logs', 'c', '--saved', 'slow', '--service', 'api'], {
    env: server.env,
    now: sample.now,
  })
  expect(out).toBe('503\tlate again\n')
  expect(server.asked.at(-1)?.query).toMatchObject({
    ...{ q: '(a OR b) (c)', service: 'api', level: 'error', from: '2026-11-23T04:05:00.000Z' },
  })
  await typed(['logs', '--saved', 'slow', '--since', '1h', '--columns', 'time'], { env: server.env, now: sample.now })
  expect(server.asked.at(-1)?.query).toMatchObject({ q: 'a OR b', from: '2026-11-23T09:05:00.000Z' })
  const { code, err } = await typed(['logs', '--saved', 'slwo'], { env: server.env })
  expect([code, err]).toEqual([2, expect.stringContaining('no saved search "slwo"; did you mean "Slow"?')])
})

it('marks the place of a query that makes no sense', async () => {
  const query = 'refund level:erorr'
  const server = await testServer({
    'GET /api/v1/projects/shop/logs': () =>
      refusal('QUERY_INVALID', '`erorr` is no level', { query, at: 7, there: 'level:erorr' }),
  })
  const { err } = await typed(['logs', query], { env: server.env })
  expect(err).toContain('`erorr` is no level\n  refund level:erorr\n         ^^^^^^^^^^^\nhint:')
})

it('follows what comes in, each line once, until it is interrupted', async () => {
  const host = testHost()
  const server = await testServer({
    'GET /api/v1/projects/shop/logs': ({ query }) => {
      if (query['since'] === undefined) return page(lineOf('1', 'first'))
      if (query['since'] === '1') return { ...page(lineOf('1', 'first'), lineOf('2', 'second')), cursor: '2' }
      host.signal('SIGINT')
      return page()
    },
  })
  expect(await runProgram(['logs', '--follow'], { ...host, env: server.env })).toBe(0)
  expect(host.out().match(/first|second/g)).toEqual(['first', 'second'])
})

it('status --watch shows it again until it is interrupted', async () => {
  const host = testHost({ now: sample.now })
  const server = await testServer({
    'GET /api/v1/projects/shop/line': () => sample.line,
    'GET /api/v1/servers': () => ({ servers: [] }),
    'GET /api/v1/me': () => ({
      person: { id: 'o', name: 'Ada', email: null, isServerOwner: true },
      knownAs: { names: ['Ada'], emails: [] },
      ...{ kind: 'person', projects: ['shop'], roles: { shop: 'owner' } },
    }),
  })
  setTimeout(() => host.signal('SIGINT'), 300)
  expect(await runProgram(['status', '--watch'], { ...host, env: server.env })).toBe(0)
  expect(host.out()).toContain('backend')
})
