import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import type { IngestKeyView, Issue } from '@gantry/core/api'
import { openSentryFake, type SentryFake } from '@gantry/vendor-fakes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeIssue, toldOf } from './testing/fake-issues.ts'
import { type SpawnedGantry, spawnGantry } from './testing/spawned-gantry.ts'

const run = promisify(execFile)
const api = '/api/v1/projects/shop'
const bulk = 300
let dir = ''
let fake: SentryFake
let gantry: SpawnedGantry
let dsn = ''

/** What a program does with the SDK as it is published. */
const program = `
  import * as Sentry from ${JSON.stringify(import.meta.resolve('@sentry/node'))}
  Sentry.init({ dsn: process.argv[2], release: 'shop@1', environment: 'production' })
  function priceOf(cart) { return cart.total.amount }
  function refund() { throw new RangeError('no such order') }
  for (const fail of [() => priceOf({}), refund]) try { fail() } catch (error) { Sentry.captureException(error) }
  if (!(await Sentry.flush(10_000))) process.exit(7)
`

async function reports(to: string): Promise<void> {
  await run(process.execPath, [join(dir, 'src/checkout.mjs'), to], { timeout: 60_000 })
}

/** What the client sends to whatever DSN it is given. */
async function caught(): Promise<Record<string, unknown>[]> {
  const events: Record<string, unknown>[] = []
  const server = createServer(async (request, response) => {
    const bytes = await buffer(request)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
    const [, header = '{}', payload = '{}'] = body.toString().split('\n')
    if (JSON.parse(header).type === 'event') events.push(JSON.parse(payload))
    response.end('{}')
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  await reports(`http://${'a'.repeat(32)}@127.0.0.1:${(server.address() as AddressInfo).port}/1`)
  server.close()
  return events
}

function env(): NodeJS.ProcessEnv {
  const there = { SENTRY_AUTH_TOKEN: fake.token, SENTRY_URL: new URL(fake.url).origin, SENTRY_ORG: 'shop' }
  return { ...process.env, ...there, GANTRY_URL: gantry.url, GANTRY_HOME: gantry.home, GANTRY_PROJECT: 'shop' }
}
const main = join(import.meta.dirname, '../main.ts')
const typed = async (...argv: string[]) => {
  const { stdout } = await run(process.execPath, [main, ...argv, '--json'], { env: env() })
  return JSON.parse(stdout)
}
const started = (...argv: string[]): ChildProcess =>
  spawn(process.execPath, [main, ...argv], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] })

const list = async (query = ''): Promise<{ issues: Issue[]; total: number }> =>
  gantry.api('GET', `${api}/issues?limit=1000${query}`)

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-import-'))
  await run('mkdir', ['-p', join(dir, 'src')])
  await writeFile(join(dir, 'src/checkout.mjs'), program)
  fake = await openSentryFake()
  gantry = await spawnGantry({ GANTRY_SAMPLE: 'off', GANTRY_PROJECT: 'shop' })
  const key = await gantry.api<IngestKeyView>('POST', `${api}/ingest-keys`, {
    ...{ service: null, kind: 'client', origins: [], perMinute: null },
  })
  dsn = key.dsn
  const [price = {}, order = {}] = await caught()
  const resolved = { status: 'resolved', substatus: null, title: 'RangeError: no such order' }
  const at = new Date(Date.now() - 3_600_000).toISOString()
  const done = { type: 'set_resolved', dateCreated: at, user: null, data: {} }
  fake.state.issues = {
    web: [
      fakeIssue('9001', { title: 'TypeError: as it is called there' }, toldOf(price)),
      fakeIssue('9002', { ...resolved, lastSeen: at }, { ...toldOf(order), activity: [done] }),
      ...Array.from({ length: bulk }, (_, index) => {
        const id = index.toString(16).padStart(32, '0')
        const broken = { type: 'Error', value: `broken ${'x'.repeat(index + 1)}` }
        return fakeIssue(
          String(index),
          {},
          toldOf({ event_id: id, timestamp: 1_790_000_000, exception: { values: [broken] } }),
        )
      }),
    ],
  }
}, 180_000)
afterAll(async () => {
  await gantry.stop()
  await fake[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

test('killed half-way it goes on, and brings nothing twice and loses nothing', { timeout: 180_000 }, async () => {
  for (const after of [60, 170]) {
    const first = started('import', 'sentry')
    await expect.poll(async () => (await list()).total, { timeout: 60_000, interval: 20 }).toBeGreaterThan(after)
    const exit = new Promise(done => first.once('exit', done))
    first.kill('SIGKILL')
    await exit
    expect((await list()).total).toBeLessThan(bulk + 2)
  }
  const brought = await typed('import', 'sentry')
  expect(brought).toMatchObject({ isResumed: true, import: { state: 'done', issues: bulk + 2 } })
  const { issues, total } = await list()
  expect(total).toBe(bulk + 2)
  expect(new Set(issues.flatMap(({ imported }) => imported.map(({ id }) => id))).size).toBe(bulk + 2)
  expect(issues.every(({ events }) => events === 40)).toBe(true)
  expect(fake.oddities).toEqual([])
  expect((await typed('import', 'sentry')).issues.web).toMatchObject({ new: 0, known: bulk + 2 })
})

test('the same fault, by the real client, lands in what was brought, and opens what was resolved', async () => {
  const before = await list()
  await reports(dsn)
  const after = await list()
  expect(after.total).toBe(before.total)
  const brought = (id: string) => after.issues.find(({ imported }) => imported.some(mark => mark.id === id))
  expect(brought('9001')).toMatchObject({ title: 'TypeError: as it is called there', events: 41, service: null })
  expect(brought('9002')).toMatchObject({ events: 41, state: 'open', regressedAt: expect.any(String) })
}, 120_000)

test('taken back, what the client reported stays', async () => {
  const { imports } = await typed('import', 'list')
  const first = imports.find((one: { issues: number }) => one.issues > 0)
  expect(await typed('import', 'undo', first.id)).toMatchObject({ removed: bulk, kept: 2 })
  const { issues } = await list()
  expect(issues.map(({ events, imported }) => [events, imported])).toEqual([
    [1, []],
    [1, []],
  ])
}, 120_000)
