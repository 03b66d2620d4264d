import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { parseConfig } from '@gantry/config'
import { type ForwardStore, forwardedHeader, freshForward, type NewLine, type Store } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { packLines } from '@gantry/ingest'
import { type Database, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DueWork } from '../watch/due-work.ts'
import { ForwardQueue } from './forward-queue.ts'
import { forwardValues } from './forward-values.ts'
import { startForwards } from './forward-work.ts'
import { createPost, type Post } from './post.ts'
import { viewForwards } from './view-forwards.ts'

interface Got {
  url: string
  headers: IncomingHttpHeaders
  text: string
}
let got: Got[] = []
/** What the receiver answers, one after the other; the last one for good. */
let answers: { status: number; headers?: Record<string, string>; body?: string }[] = []
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    const bytes = Buffer.concat(chunks)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
    got.push({ url: request.url ?? '', headers: request.headers, text: body.toString() })
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? { status: 200 }
    response.writeHead(answer.status, answer.headers).end(answer.body ?? '{}')
  })
})

let database: Database
let store: Store
let base: string
let env: Record<string, string>
let forwards: Config['forwards']
let nowMs: number
const works: DueWork[] = []
const errors: unknown[] = []
const now = () => new Date(nowMs)
let projects = 0
let project: string
const { post, close } = createPost()

const configWith = (said: object): Config =>
  parseConfig({
    project: 'shop',
    services: { web: { path: '.', deploy: { provider: 'local', kind: 'static' } } },
    environments: { staging: { on: 'main' } },
    forwards: said,
  })
const line = (message: string): NewLine => ({
  ...{ project, environment: 'production', release: null, service: 'web', at: now().toISOString() },
  ...{ level: 'info', message, trace: null, fields: {} },
})
const envelope = (text: string) => Buffer.from(`{}\n{"type":"event"}\n{"message":"${text}"}\n`)
const waits = (text: string, categories = ['error']) => ({
  ...{ project, forward: 'paid', queuedAt: now().toISOString(), quantity: 1, categories, body: envelope(text) },
})
const view = async () => (await viewForwards(project, forwards, store.forwards, now()))[0]
const textsGot = () => got.map(({ text }) => /"message":"(\w+)"/.exec(text)?.[1])

function start(over: { store?: ForwardStore; isOfServer?: boolean; onValues?: () => void; post?: Post } = {}): DueWork {
  const config = configWith(forwards)
  const work = startForwards({
    ...{ project, store: over.store ?? store.forwards, now },
    config: async () => config,
    values: async names => {
      over.onValues?.()
      const values = Object.fromEntries(names.map(name => [name, env[name]]))
      return { env: values, isOfServer: () => over.isOfServer ?? true }
    },
    ...(over.post && { post: over.post }),
    isOwnAddress: ({ host }) => host === 'gantry.example',
    onError: cause => errors.push(cause),
  })
  works.push(work)
  return work
}

beforeAll(async () => {
  database = await embeddedDatabase()
  store = storeOn(database)
  await new Promise<void>(done => receiver.listen(0, '127.0.0.1', done))
  base = `127.0.0.1:${(receiver.address() as AddressInfo).port}`
})
afterAll(async () => {
  close()
  receiver.close()
  receiver.closeAllConnections()
  await database.close()
})
beforeEach(() => {
  project = `shop${++projects}`
  nowMs = Date.UTC(2026, 10, 28, 12)
  ;[got, answers, forwards] = [[], [{ status: 200 }], { paid: { to: 'sentry' } } as unknown as Config['forwards']]
  env = { FORWARD_SENTRY_DSN: `http://key@${base}/4`, FORWARD_OTLP_URL: `http://${base}/v1/logs` }
})
afterEach(async () => {
  await Promise.all(works.splice(0).map(work => work.stop()))
  expect(errors.splice(0)).toEqual([])
})

test('what waits is sent, marked as forwarded, and counted', async () => {
  await store.forwards.add([waits('one'), waits('two')])
  start()
  await expect.poll(view).toMatchObject({ sent: 2, waiting: { quantity: 0 }, dropped: [], failures: 0 })
  expect(textsGot().toSorted()).toEqual(['one', 'two'])
  expect(got[0]).toMatchObject({ url: '/api/4/envelope/', headers: { [forwardedHeader]: '1' } })
})

test('a receiver that is away is tried again, after the pause it asks for, in the same order', async () => {
  answers = [{ status: 503, headers: { 'retry-after': '20' } }, { status: 200 }]
  await store.forwards.add([waits('one')])
  const work = start()
  await expect.poll(view).toMatchObject({ failures: 1, lastError: 'status 503: {}', waiting: { quantity: 1 } })
  expect((await view())?.pausedUntil).toBe(new Date(nowMs + 20_000).toISOString())
  await store.forwards.add([waits('two')])
  work.nudge()
  nowMs += 20_000
  work.nudge()
  await expect.poll(view).toMatchObject({ sent: 2, failures: 0, pausedUntil: null })
  expect(textsGot().slice(0, 2)).toEqual(['one', 'one'])
})

test('a limit of one category lets the others pass, and outlives the process that was told of it', async () => {
  answers = [{ status: 429, headers: { 'x-sentry-rate-limits': '60:error:key' } }, { status: 200 }]
  await store.forwards.add([waits('limited')])
  const first = start()
  await expect.poll(view).toMatchObject({ failures: 1 })
  await first.stop()
  await store.forwards.add([waits('other', ['session'])])
  const work = start()
  await expect.poll(view).toMatchObject({ sent: 1, waiting: { quantity: 1 } })
  expect(textsGot()).toEqual(['limited', 'other'])
  nowMs += 60_000
  work.nudge()
  await expect.poll(view).toMatchObject({ sent: 2 })
})

test('what a process took and did not send before it was killed is sent by the next one', async () => {
  await store.forwards.add([waits('one')])
  const claim = { now: now().toISOString(), leaseMs: 90_000, rows: 8, bytes: 1_000_000, except: [] }
  expect(await store.forwards.claim(project, 'paid', claim)).toHaveLength(1)
  const work = start()
  work.nudge()
  nowMs += 90_001
  work.nudge()
  await expect.poll(view).toMatchObject({ sent: 1, waiting: { quantity: 0 } })
  expect(textsGot()).toEqual(['one'])
})

test('two servers send each thing once', async () => {
  await store.forwards.add(Array.from({ length: 40 }, (_, index) => waits(`m${index}`)))
  start()
  start()
  await expect.poll(view).toMatchObject({ sent: 40, waiting: { quantity: 0 } })
  expect(new Set(textsGot()).size).toBe(40)
  expect(got).toHaveLength(40)
})

test('what is refused, too old, or of a forward that is gone is dropped, and it is said why', async () => {
  answers = [{ status: 400, headers: { 'x-sentry-error': 'bad envelope' } }, { status: 200 }]
  await store.forwards.add([waits('refused')])
  const old = { ...waits('old'), queuedAt: new Date(nowMs - 25 * 3_600_000).toISOString() }
  await store.forwards.add([old, { ...waits('gone'), forward: 'former' }])
  start()
  await expect.poll(view).toMatchObject({
    dropped: [
      { reason: 'refused', quantity: 1 },
      { reason: 'too-old', quantity: 1 },
    ],
    lastError: 'status 400: bad envelope',
  })
  const counts = await store.forwards.counts(project, new Date(nowMs).toISOString())
  expect(counts).toContainEqual({ forward: 'former', outcome: 'dropped', reason: 'removed', quantity: 1 })
})

test.each([
  ['an address of this network that a project set', () => `http://key@${base}/4`, 'is an address of this network'],
  ['a name that leads into this network', () => 'http://key@localhost:1/4', 'is an address of this network'],
  ['itself', () => 'https://key@gantry.example/4', 'leads back to this server'],
  ['nowhere', () => '', 'FORWARD_SENTRY_DSN is not set'],
])('nothing is sent to %s, and it waits', async (_what, dsn, said) => {
  env['FORWARD_SENTRY_DSN'] = dsn()
  await store.forwards.add([waits('one')])
  start({ isOfServer: false })
  await expect
    .poll(view)
    .toMatchObject({ failures: 1, waiting: { quantity: 1 }, lastError: expect.stringContaining(said) })
  expect(got).toEqual([])
})

test('lines of many requests go together, and those that are not taken are counted', async () => {
  forwards = { paid: { to: 'otlp' } } as unknown as Config['forwards']
  answers = [{ status: 200, body: '{"partialSuccess":{"rejectedLogRecords":"2"}}' }]
  const config = configWith(forwards)
  let added = 0
  const queue = new ForwardQueue({
    ...{ project, store: store.forwards, config: async () => config, onAdded: () => added++ },
  })
  const plan = await queue.plan()
  expect(plan).toEqual({ envelopes: [], lines: ['paid'] })
  for (const text of ['a', 'b'])
    await queue.add(plan ?? { envelopes: [], lines: [] }, {
      items: [{ sink: 'lines', category: 'log_item', fact: line(text) }],
      ...{ relay: undefined, at: now().toISOString() },
    })
  await queue.addLines([line('c')], now().toISOString())
  expect(added).toBe(3)
  start()
  await expect.poll(view).toMatchObject({ sent: 1, dropped: [{ reason: 'refused', quantity: 2 }] })
  expect(got).toHaveLength(1)
  expect(got[0]?.text.match(/"stringValue":"[abc]"/g)).toHaveLength(3)
  expect(packLines([line('c')]).toString()).not.toContain(project)
})

test('a project that sends nothing on has no plan', async () => {
  const config = configWith({})
  const queue = new ForwardQueue({
    ...{ project, store: store.forwards, config: async () => config, onAdded: () => expect.fail('nothing waits') },
  })
  expect(await queue.plan()).toBeNull()
  await queue.addLines([line('c')], now().toISOString())
})

test('a drain opens the values once, and does not look through all that waits', async () => {
  let opened = 0
  let summed = 0
  const waiting = (of: string) => {
    summed++
    return store.forwards.waiting(of)
  }
  await store.forwards.add(Array.from({ length: 40 }, (_, index) => waits(`m${index}`)))
  start({ store: { ...store.forwards, waiting }, onValues: () => opened++ })
  await expect.poll(() => got.length).toBe(40)
  await Promise.all(works.splice(0).map(work => work.stop()))
  // Once after the start, for what waits of forwards that are gone.
  expect([opened, summed]).toEqual([1, 1])
})

test('a drain that never catches up reads the values again after a while', async () => {
  const urls: string[] = []
  // One more than is sent at once.
  await store.forwards.add(Array.from({ length: 9 }, (_, index) => waits(`m${index}`)))
  start({
    async post({ url }) {
      urls.push(url)
      nowMs += 10_000
      env['FORWARD_SENTRY_DSN'] = `http://key@${base}/5`
      return { status: 200, headers: {}, body: '' }
    },
  })
  await expect.poll(() => urls.length).toBe(9)
  expect([urls[0], urls.at(-1)]).toEqual([`http://${base}/api/4/envelope/`, `http://${base}/api/5/envelope/`])
})

test('a stop fails nobody: what was on its way goes back, and is sent by the next one at once', async () => {
  const asked = Promise.withResolvers<void>()
  await store.forwards.add([waits('one')])
  const work = start({
    post: (_request, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')))
        asked.resolve()
      }),
  })
  await asked.promise
  await work.stop()
  expect(await view()).toMatchObject({ failures: 0, lastError: null, waiting: { quantity: 1 } })
  start()
  await expect.poll(view).toMatchObject({ sent: 1, waiting: { quantity: 0 } })
})

test('a plan that could not be made is made by the next one who needs it', async () => {
  const config = configWith(forwards ?? {})
  const queue = new ForwardQueue({
    ...{ project, store: store.forwards, config: async () => config, onAdded: () => undefined },
  })
  const said = config.forwards?.['paid']
  if (!said) throw new Error('it has one')
  Object.assign(said, { to: 'nowhere' })
  await expect(queue.plan()).rejects.toThrow()
  Object.assign(said, { to: 'sentry' })
  expect(await queue.plan()).toEqual({ envelopes: [{ name: 'paid', asReceived: false }], lines: [] })
})

test('what waits for the only forward that there was is dropped after a start, and how it stood is forgotten', async () => {
  await store.forwards.add([waits('left')])
  const state = { ...freshForward, failures: 2 }
  await store.forwards.settle(project, 'paid', { done: [], back: [], counts: [], state, at: now().toISOString() })
  forwards = {}
  start()
  await expect.poll(() => store.forwards.states(project)).toEqual([])
  expect(await store.forwards.waiting(project)).toEqual([])
  const counts = await store.forwards.counts(project, new Date(nowMs).toISOString())
  expect(counts).toEqual([{ forward: 'paid', outcome: 'dropped', reason: 'removed', quantity: 1 }])
})

test('where a project says the address, no key of the server goes there', async () => {
  const own: Record<string, string> = {}
  const secrets = { valuesFor: async () => ({ repository: own, environment: {} }) }
  const environment = { FORWARD_OTLP_URL: 'https://logs.example', FORWARD_OTLP_HEADERS: 'authorization=Bearer x' }
  const values = () =>
    forwardValues(
      'shop',
      { names: Object.keys(environment), address: 'FORWARD_OTLP_URL' },
      { secrets: secrets as unknown as Parameters<typeof forwardValues>[2]['secrets'], environment },
    )
  expect((await values()).env).toEqual(environment)
  own['FORWARD_OTLP_URL'] = 'https://evil.example'
  expect((await values()).env).toEqual({ FORWARD_OTLP_URL: 'https://evil.example', FORWARD_OTLP_HEADERS: undefined })
})

test('long lines wait in rows that fit into a request', async () => {
  const added: number[] = []
  const queue = new ForwardQueue({
    project,
    store: { add: async rows => void added.push(...rows.map(({ body }) => body.length)) },
    config: async () => configWith({ logs: { to: 'otlp' } }),
    onAdded: () => undefined,
  })
  await queue.addLines(
    Array.from({ length: 60 }, () => line('x'.repeat(60_000))),
    now().toISOString(),
  )
  expect(added.length).toBeGreaterThan(1)
  expect(Math.max(...added)).toBeLessThanOrEqual(2 * 1024 * 1024)
})

test('an answer that never comes is an error in words', async () => {
  const request = { url: 'http://127.0.0.1:1/x', headers: {}, body: Buffer.from('x') }
  const { signal } = new AbortController()
  await expect(post(request, { allowPrivate: true, signal })).rejects.toThrow('ECONNREFUSED')
})
