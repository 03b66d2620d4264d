import { createHmac } from 'node:crypto'
import { type FoundKey, GantryError, type IngestKey, type ItemOutcome } from '@gantry/core'
import { IngestConfig } from '@gantry/core/config'
import { loadProtocols } from '@gantry/ingest'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { installErrors } from '../http/errors.ts'
import { apiOf } from '../http/route.ts'
import { intakeRoutes } from '../http/routes/intake.ts'
import { Intake, type Sinks, type ToldBy } from './intake.ts'
import type { Counted } from './intake-counter.ts'

const secret = 'hook-secret'
const app = Fastify() as unknown as FastifyInstance
let nowMs = 0
let spike: number | null = null
let lack: string | null = null
let settings = IngestConfig.parse({})
let hookSecret: string | undefined
let keys: FoundKey[] = []
let counted: (Counted & ItemOutcome)[] = []
let kept: { sink: keyof Sinks; fact: object }[] = []
let failure: Error | null = null

let areOfStrangers: boolean[] = []

const sink = (name: keyof Sinks) => async (facts: object[], _bytes: number, by: ToldBy) => {
  if (failure) throw failure
  areOfStrangers.push(by.isPublic)
  kept.push(...facts.map(fact => ({ sink: name, fact })))
}
const sinks: Sinks = {
  events: sink('events'),
  lines: sink('lines'),
  runs: sink('runs'),
  jobs: sink('jobs'),
  github: sink('github'),
  items: sink('items'),
  sessions: sink('sessions'),
  'check-ins': facts => sink('check-ins')(facts, 0, { isPublic: false }).then(() => new Map()),
}
const intake = new Intake({
  keys: {
    find: async shown => keys.find(({ key }) => key === shown) ?? null,
    projectOf: async number => ({ '1': 'shop', '2': 'blog' })[number] ?? null,
  },
  counter: { add: (about, outcomes) => void counted.push(...outcomes.map(outcome => ({ ...about, ...outcome }))) },
  sinksOf: project => (['shop', 'blog'].includes(project) ? sinks : null),
  usual: { spikeOf: () => spike },
  requireRoom: () => (lack === null ? undefined : Promise.reject(new GantryError('STORAGE_FULL', lack))),
  settingsOf: async () => settings,
  webhookSecret: async () => hookSecret ?? null,
  forwardsOf: () => null,
  now: () => new Date(nowMs),
  newId: () => 'f'.repeat(32),
})

beforeAll(async () => {
  installErrors(app)
  intakeRoutes(apiOf(app), await loadProtocols(), intake)
  await app.ready()
})
afterAll(() => app.close())

const keyOf = (letter: string, over: Partial<FoundKey> = {}): FoundKey => ({
  ...({ kind: 'client', origins: [], perMinute: null, isOwn: true, madeBy: 'gantry' } as const),
  ...{ id: letter, key: letter.repeat(32), project: 'shop', projectNumber: 1, service: 'web' },
  ...({
    createdAt: '',
    lastUsedAt: null,
    rotatedAt: null,
    worksUntil: null,
    revokedAt: null,
  } satisfies Partial<IngestKey>),
  ...over,
})
beforeEach(() => {
  nowMs = Date.parse('2026-11-27T12:00:30.000Z')
  hookSecret = secret
  spike = null
  lack = null
  settings = IngestConfig.parse({})
  keys = [keyOf('a'), keyOf('b', { project: 'blog', projectNumber: 2, service: null })]
  counted = []
  kept = []
  areOfStrangers = []
  failure = null
})

const event = (id = 'e'.repeat(32)) => `{"type":"event"}\n${JSON.stringify({ event_id: id, message: 'odd' })}`
const send = (items: string[], o: { key?: string; number?: number; headers?: object; head?: object } = {}) =>
  app.inject({
    method: 'POST',
    url: `/api/${o.number ?? 1}/envelope/${o.key === '' ? '' : `?sentry_key=${o.key ?? 'a'.repeat(32)}`}`,
    headers: { ...o.headers },
    payload: [JSON.stringify(o.head ?? {}), ...items].join('\n'),
  })
const outcomes = () => counted.map(({ category, outcome, reason, quantity }) => [category, outcome, reason, quantity])

test('each item has an outcome: it is taken, known or not, or dropped, counted and told', async () => {
  const discarded = { discarded_events: [{ category: 'error', reason: 'queue_overflow', quantity: 3 }] }
  const session = { sid: 's1', init: true, status: 'crashed', attrs: { release: 'r1' } }
  const answer = await send([
    event(),
    `{"type":"session"}\n${JSON.stringify(session)}`,
    '{"type":"session"}\n{}',
    '{"type":"span","item_count":4}\n{"items":[]}',
    '{"type":"hologram"}\nnot even JSON',
    '{"type":"check_in"}\nbroken',
    `{"type":"client_report"}\n${JSON.stringify(discarded)}`,
    '{"type":"client_report"}\nbroken',
    '{"type":"log"}\n{"items":[{"level":"error","body":"no tea, password=hunter2","timestamp":1}]}',
  ])
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    {
      id: 'e'.repeat(32),
      dropped: [
        { category: 'session', reason: 'malformed', quantity: 1 },
        { category: 'monitor', reason: 'malformed', quantity: 1 },
        { category: 'internal', reason: 'malformed', quantity: 1 },
      ],
    },
  ])
  expect(kept.map(each => each.sink)).toEqual(['events', 'lines', 'items', 'items', 'sessions'])
  expect(kept[1]?.fact).toMatchObject({ project: 'shop', service: 'web', message: 'no tea, password=[scrubbed]' })
  expect(kept[3]?.fact).toMatchObject({ kind: 'unknown', type: 'hologram', content: Buffer.from('not even JSON') })
  expect(outcomes()).toEqual([
    ['error', 'taken', '', 1],
    ['session', 'taken', '', 1],
    ['session', 'dropped', 'malformed', 1],
    ['span', 'taken', '', 4],
    ['default', 'taken', '', 1],
    ['monitor', 'dropped', 'malformed', 1],
    ['error', 'dropped-by-client', 'queue_overflow', 3],
    ['internal', 'dropped', 'malformed', 1],
    ['log_item', 'taken', '', 1],
    ['log_item', 'scrubbed', 'password', 1],
  ])
  expect(new Set(counted.map(({ keyId, project }) => `${project} ${keyId}`))).toEqual(new Set(['shop a']))
})

test('tells facts of a key that pages show from those of one that nobody sees', async () => {
  keys = [keyOf('a'), keyOf('s', { kind: 'server' })]
  for (const { key } of keys) {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const answer = await app.inject({ method: 'POST', url: '/ingest/lines', headers, payload: '{"message":"m"}' })
    expect(answer.statusCode).toBe(200)
  }
  expect(areOfStrangers).toEqual([true, false])
})

test('of traces that are sampled out the spans are counted, and one trace is kept whole or not at all', async () => {
  settings = IngestConfig.parse({ spans: 0.5 })
  const span = (traceId: string) => `{"type":"span","item_count":2}\n{"items":[{"trace_id":"${traceId}"}]}`
  const [low, high] = ['0'.repeat(32), 'f'.repeat(32)]
  await send([span(low), span(high), `{"type":"transaction"}\n{"contexts":{"trace":{"trace_id":"${high}"}}}`])
  expect(kept.map(({ fact }) => fact)).toMatchObject([{ traceId: low }])
  expect(outcomes()).toEqual([
    ['span', 'taken', '', 2],
    ['span', 'dropped', 'sampled', 2],
    ['transaction', 'dropped', 'sampled', 1],
  ])
})

test('an answer to what is stored whole says nothing but its id', async () => {
  const answer = await send([event()])
  expect([answer.json(), answer.headers['x-sentry-rate-limits']]).toEqual([{ id: 'e'.repeat(32) }, undefined])
})

test.each([
  ['INGEST_OVERLOADED', 429, 'overloaded'],
  ['STORAGE_FULL', 507, 'storage-full'],
] as const)('what cannot be stored (%s) is refused, and counted as such', async (code, status, reason) => {
  failure = new GantryError(code, 'full')
  const answer = await send([event(), '{"type":"session"}\n{}'])
  expect(answer.statusCode).toBe(status)
  expect(outcomes()).toEqual([
    ['error', 'dropped', reason, 1],
    ['session', 'dropped', 'malformed', 1],
  ])
})

test('a fault of Gantry’s own is no secret, and no word of what it was', async () => {
  failure = new TypeError('undefined is not a tea')
  const answer = await send([event()])
  expect([answer.statusCode, answer.body]).toEqual([500, expect.not.stringContaining('tea')])
  expect(outcomes()).toEqual([['error', 'dropped', 'failed', 1]])
})

test('a key is of its own project and service, whatever their names make when they are joined', async () => {
  keys = [
    keyOf('c', { project: 'shop', service: 'b-c' }),
    keyOf('d', { project: 'blog', projectNumber: 2, service: 'c' }),
  ]
  await send([event()], { key: 'c'.repeat(32) })
  await send([event()], { key: 'd'.repeat(32), number: 2 })
  expect(kept.map(({ fact }) => fact)).toMatchObject([
    { event: { project: 'shop', service: 'b-c' } },
    { event: { project: 'blog', service: 'c' } },
  ])
  expect((await send([event()], { key: 'd'.repeat(32), number: 1 })).statusCode).toBe(403)
})

test('a key that nobody has is refused and counted to the project, a project that nobody has to none', async () => {
  expect((await send([event()], { key: '0'.repeat(32) })).statusCode).toBe(403)
  expect((await send([event()], { number: 9 })).statusCode).toBe(403)
  expect((await send([event()], { key: '' })).statusCode).toBe(403)
  expect(counted).toMatchObject([
    { project: 'shop', keyId: '', category: 'request', reason: 'key' },
    { project: 'shop', keyId: '', category: 'request', reason: 'key' },
  ])
})

test('a key may stand in the envelope; one beside it must be the same', async () => {
  const head = { dsn: `http://${'a'.repeat(32)}@h/1` }
  expect((await send([event()], { key: '', head })).statusCode).toBe(200)
  expect((await send([event()], { head })).statusCode).toBe(200)
  keys.push(keyOf('c'))
  expect((await send([event()], { head, key: 'c'.repeat(32) })).statusCode).toBe(403)
  expect(kept).toHaveLength(2)
})

test('a page of another origin is refused, and one without an origin is no page', async () => {
  keys = [keyOf('a', { origins: ['https://shop.example'] })]
  const from = async (origin?: string) => (await send([event()], origin ? { headers: { origin } } : {})).statusCode
  expect([await from('https://shop.example'), await from()]).toEqual([200, 200])
  expect([await from('https://evil.example'), await from('null')]).toEqual([403, 403])
  expect(outcomes().slice(2)).toEqual(Array(2).fill(['request', 'dropped', 'origin', 1]))
})

test('a key that is spent is told when to come back, and works again in the next minute', async () => {
  keys = [keyOf('a', { id: 'limited', perMinute: 2 })]
  for (const id of ['1', '2']) expect((await send([event(id.repeat(32))])).statusCode).toBe(200)
  const spent = await send([event()])
  expect([spent.statusCode, spent.headers['retry-after']]).toEqual([429, '30'])
  expect(spent.headers['x-sentry-rate-limits']).toBe('30:error:key:rate_limited')
  expect(outcomes().at(-1)).toEqual(['request', 'dropped', 'rate-limited', 1])
  nowMs += 30_000
  expect((await send([event()])).statusCode).toBe(200)
})

test('what is too much of one kind keeps no other out, and the client is told which', async () => {
  keys = [keyOf('a', { id: 'by-kind', perMinute: 2 })]
  const span = '{"type":"span","item_count":3}\n{"items":[]}'
  expect((await send([span])).statusCode).toBe(200)
  const answer = await send([event(), span, '{"type":"client_report"}\n{"discarded_events":[]}'])
  expect([answer.statusCode, answer.json().dropped]).toEqual([
    200,
    [{ category: 'span', reason: 'rate-limited', quantity: 3 }],
  ])
  expect(answer.headers['x-sentry-rate-limits']).toBe('60:span:key:rate_limited')
  expect(kept.map(({ sink }) => sink)).toEqual(['items', 'events'])
  // What the client says it threw away of that kind comes in beside what is refused of it.
  const discarded = { discarded_events: [{ reason: 'before_send', category: 'span', quantity: 7 }] }
  expect((await send([span, `{"type":"client_report"}\n${JSON.stringify(discarded)}`])).statusCode).toBe(200)
  expect(counted.at(-1)).toMatchObject({ category: 'span', outcome: 'dropped-by-client', quantity: 7 })
  // Who goes on regardless is turned away before the body is read.
  for (let count = 0; count < 5; count++) await send([event(String(count).repeat(32)), `{"type":"x${count}"}\n1`])
  const flood = await send(['no envelope at all'])
  expect(flood.statusCode).toBe(429)
})

test('far more than usual is a spike of its key, and no other key hears of it', async () => {
  spike = 1
  keys = [keyOf('a', { id: 'noisy' }), keyOf('c', { id: 'calm' })]
  await send([event()])
  const answer = await send([event('1'.repeat(32))])
  expect([answer.statusCode, answer.headers['x-sentry-rate-limits']]).toEqual([429, '30:error:key:rate_limited'])
  expect(outcomes().at(-1)).toEqual(['request', 'dropped', 'spike', 1])
  expect((await send([event('2'.repeat(32))], { key: 'c'.repeat(32) })).statusCode).toBe(200)
})

test('before the disk is full reports are refused, and clients are asked to wait', async () => {
  lack = 'expected 80 MB free'
  const answer = await send([event()])
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([507, '5'])
  expect(outcomes()).toEqual([['request', 'dropped', 'storage-full', 1]])
})

test.each([
  'garbage',
  ';',
  'text/plain;;;',
  'application/x-sentry-envelope',
  'multipart/form-data',
  'text/plain, text/html',
])('whatever the type of a body is called (%s), it is read as what the path takes', async type => {
  const answer = await send([event()], { headers: { 'content-type': type } })
  expect([answer.statusCode, answer.json()]).toEqual([200, { id: 'e'.repeat(32) }])
})

test.each([
  ['x-sentry-auth', `Sentry sentry_version=7, sentry_key=${'a'.repeat(32)}`],
  ['authorization', `Sentry sentry_key=${'a'.repeat(32)}`],
  ['authorization', `Basic ${Buffer.from(`${'a'.repeat(32)}:`).toString('base64')}`],
])('a key in %s is a key, on /store/ too', async (name, value) => {
  const url = '/api/1/store/'
  const answer = await app.inject({ method: 'POST', url, headers: { [name]: value }, payload: '{"message":"old"}' })
  expect([answer.statusCode, kept]).toMatchObject([200, [{ fact: { event: { message: 'old', project: 'shop' } } }]])
})

test('a request without a body is refused as malformed, and counted', async () => {
  const answer = await app.inject({ method: 'POST', url: `/api/1/envelope/?sentry_key=${'a'.repeat(32)}` })
  expect(answer.statusCode).toBe(400)
  expect(outcomes()).toEqual([['request', 'dropped', 'malformed', 1]])
})

test('a browser is told what it may send before it does', async () => {
  const answer = await app.inject({ method: 'OPTIONS', url: '/api/1/envelope/' })
  expect([answer.statusCode, answer.headers['access-control-allow-methods']]).toEqual([204, 'POST, OPTIONS'])
})

const workflowRun = {
  id: 7,
  name: 'ci',
  path: '.github/workflows/ci.yml',
  event: 'push',
  run_attempt: 1,
  head_branch: 'main',
  head_sha: 'abc',
  status: 'completed',
  conclusion: 'failure',
  created_at: '2026-11-23T11:00:00Z',
  updated_at: '2026-11-23T11:05:00Z',
}

function deliver(event: string, body: string | Buffer, signature?: string) {
  const signed = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  const headers = {
    'x-github-event': event,
    'x-hub-signature-256': signature ?? signed,
    'content-type': 'application/json',
  }
  return app.inject({ method: 'POST', url: '/webhooks/github/shop', headers, payload: body })
}

describe('a webhook of GitHub', () => {
  it('records a run that ended', async () => {
    const answer = await deliver('workflow_run', JSON.stringify({ action: 'completed', workflow_run: workflowRun }))
    expect([answer.statusCode, answer.json()]).toEqual([202, { recorded: true }])
    expect(kept).toMatchObject([
      { sink: 'runs', fact: { id: '7', workflow: 'ci.yml', conclusion: 'failure' } },
      { sink: 'github', fact: { event: { kind: 'run', runId: 7 } } },
    ])
    expect(outcomes()).toEqual([
      ['workflow_run', 'taken', '', 1],
      ['event', 'taken', '', 1],
    ])
  })

  it('records a job apart from its run', async () => {
    const job = {
      ...{ run_id: 7, name: 'test', head_sha: 'abc', labels: ['ubuntu-latest'], status: 'completed' },
      ...{ conclusion: 'success', created_at: '2026-11-23T11:00:00Z', started_at: '2026-11-23T11:01:00Z' },
      completed_at: '2026-11-23T11:02:00Z',
    }
    await deliver('workflow_job', JSON.stringify({ action: 'completed', workflow_job: job }))
    expect(kept).toMatchObject([
      { sink: 'jobs', fact: { id: '7', jobs: [{ name: 'test', queuedAt: '2026-11-23T11:00:00.000Z' }] } },
    ])
  })

  it.each(['star', 'workflow_dispatch'])('takes %s and leaves it out', async event => {
    const answer = await deliver(event, 'not even JSON')
    expect([answer.statusCode, answer.json()]).toEqual([202, { recorded: false }])
  })

  it('counts a run that goes on among no figures', async () => {
    const going = { ...workflowRun, status: 'in_progress', conclusion: null }
    expect((await deliver('workflow_run', JSON.stringify({ workflow_run: going }))).statusCode).toBe(202)
    expect(kept.map(({ sink }) => sink)).toEqual(['github'])
  })

  it('is refused before it is parsed when it is not signed so', async () => {
    const answer = await deliver('workflow_run', '{broken', `sha256=${'0'.repeat(64)}`)
    expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'WEBHOOK_SIGNATURE_WRONG'])
    const unsigned = await app.inject({ method: 'POST', url: '/webhooks/github/shop', payload: '{}' })
    expect(unsigned.statusCode).toBe(401)
  })

  it.each(['{broken', '[]', '{"workflow_run":{"id":"x"}}', '{}'])('that is signed and is %s says so', async body => {
    const answer = await deliver('workflow_run', body)
    expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'BAD_REQUEST'])
    expect(kept).toEqual([])
    expect(outcomes()).toEqual([['request', 'dropped', 'malformed', 1]])
  })

  it('is refused when it is too large', async () => {
    const answer = await deliver('workflow_run', Buffer.alloc(26 * 1024 * 1024, 32))
    expect(answer.statusCode).toBe(413)
  })

  it('is refused as long as no secret is set', async () => {
    hookSecret = undefined
    const answer = await deliver('workflow_run', '{}')
    expect([answer.statusCode, answer.json().error.code]).toEqual([503, 'WEBHOOK_NOT_SET_UP'])
  })
})
