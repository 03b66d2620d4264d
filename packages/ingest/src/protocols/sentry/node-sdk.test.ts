import { execFile } from 'node:child_process'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type ErrorEvent, groupEvent, type IntakeItem } from '@gantry/core'
import { beforeAll, expect, test } from 'vitest'
import { readBody } from '../../body/read-body.ts'
import { sender } from '../../testing/sender.ts'
import type { Reply } from '../define-protocol.ts'
import { eventDetails } from './event-details.ts'
import { protocol } from './protocol.ts'

/** What a program does with the SDK as it is published: the only thing it shares with the reader is the wire. */
const program = `
  import * as Sentry from '@sentry/node'
  Sentry.init({ release: 'r42', environment: 'staging', tracesSampleRate: 1, enableLogs: true })
  const session = async () => { Sentry.startSession(); Sentry.endSession(); await Sentry.flush(10_000) }
  await session()
  await session()
  Sentry.logger.warn('the till is slow', { till: 4 })
  Sentry.startSpan({ name: 'check out' }, () => undefined)
  Sentry.setTag('shard', 7)
  Sentry.setUser({ id: 'u-1', email: 'ann@example.com' })
  Sentry.addBreadcrumb({ category: 'cart', level: 'info', message: 'added \\u0000 tea' })

  function connect() { throw new RangeError('port 99999 is out of range') }
  function query() { try { connect() } catch (cause) { throw new TypeError('no connection', { cause }) } }
  function checkOut() { try { query() } catch (cause) { throw new Error('order 13 failed', { cause }) } }
  function sendAll() { throw new AggregateError([new Error('mail is down'), new Error('sms is down')], 'told nobody') }

  for (const fail of [checkOut, sendAll]) try { fail() } catch (error) { Sentry.captureException(error) }
  Sentry.captureMessage('stock is low', 'warning')
  Sentry.captureException(new Error('a long story'), { extra: { story: 'and so on '.repeat(10_000) } })
  if (!(await Sentry.flush(10_000))) process.exit(7)
  setTimeout(function expire() { throw new SyntaxError('caught by nobody') })
`

const key = 'c'.repeat(32)
const received: { event: ErrorEvent; payload: Uint8Array; encoding: string | undefined }[] = []
const others: Exclude<IntakeItem, { sink: 'events' }>[] = []

/** What the server does, without a store: everything is read and answered by the protocol itself. */
async function take(request: IncomingMessage): Promise<Reply> {
  const encoding = request.headers['content-encoding']
  const query = Object.fromEntries(new URL(request.url ?? '', 'http://h').searchParams)
  const asked = { path: protocol.paths[0], params: {}, query, headers: request.headers }
  if (protocol.auth.by !== 'ingest key' || protocol.auth.keyIn(asked) !== key) throw new Error('another key came')
  const reading = protocol.read(await readBody(request, encoding, protocol.limits(asked.path)), asked)
  const { items, id } = reading.items({ ...sender, receivedAt: new Date().toISOString() })
  for (const item of items)
    if (item.sink === 'events') received.push({ ...item.fact, encoding })
    else others.push(item)
  return protocol.answer(id, [], asked)
}

function one(title: string): (typeof received)[number] {
  const [found, ...others] = received.filter(({ event }) => groupEvent(event).title === title)
  if (!found || others.length > 0)
    throw new Error(`not one "${title}" in ${received.map(({ event }) => groupEvent(event).title).join()}`)
  return found
}

const words = ({ exceptions }: ErrorEvent) => exceptions.map(({ type, value }) => `${type}: ${value}`)

beforeAll(async () => {
  const failures: unknown[] = []
  const server = createServer((request, response) => {
    take(request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(JSON.stringify(body)),
      failure => {
        failures.push(failure)
        response.writeHead(400).end('{}')
      },
    )
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  // Found from the root, where the SDK is installed.
  const cwd = join(import.meta.dirname, '../../../../..')
  const env = { PATH: process.env['PATH'], SENTRY_DSN: `http://${key}@127.0.0.1:${port}/1` }
  const ended = await new Promise<unknown>(done => {
    execFile(process.execPath, ['--input-type=module', '-e', program], { cwd, env, timeout: 150_000 }, error =>
      done(error?.code),
    )
  })
  server.close()
  expect({ failures, ended }).toEqual({ failures: [], ended: 1 })
})

test('of an error with causes, the one that was thrown comes last and names the issue, and its cause groups it', () => {
  const { event } = one('Error: order 13 failed')
  expect(words(event)).toEqual([
    'RangeError: port 99999 is out of range',
    'TypeError: no connection',
    'Error: order 13 failed',
  ])
  const { culprit, grouping } = groupEvent(event)
  expect(culprit).toContain('in checkOut')
  expect(grouping.because).toContain('type RangeError')
})

test('an AggregateError comes after what it is made of', () => {
  expect(words(one('AggregateError: told nobody').event)).toEqual([
    'Error: sms is down',
    'Error: mail is down',
    'AggregateError: told nobody',
  ])
})

test('what the program said about itself, the person and the way there', () => {
  expect(one('Error: order 13 failed').event).toMatchObject({
    release: 'r42',
    environment: 'staging',
    level: 'error',
    platform: 'node',
    user: 'u-1',
    tags: { shard: '7' },
    breadcrumbs: [{ category: 'cart', level: 'info', message: 'added  tea', at: expect.stringMatching(/^2\d{3}-/) }],
    sdk: expect.stringMatching(/^sentry\.javascript\.node \d+\./),
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    exceptions: [{}, {}, { isHandled: true, isSynthetic: false }],
  })
})

test('the failing call is the last frame, with its place', () => {
  const [cause] = one('Error: order 13 failed').event.exceptions
  expect(cause?.frames.slice(-3).map(frame => frame.function)).toEqual(['checkOut', 'query', 'connect'])
  expect(cause?.frames.at(-1)).toMatchObject({ isInApp: true, line: 13, column: expect.any(Number) })
})

test('a message is an event without a type', () => {
  const { event } = one('stock is low')
  expect(event).toMatchObject({ message: 'stock is low', level: 'warning' })
  expect(groupEvent(event).grouping.because[0]).toBe('message stock is low')
})

test('a large envelope comes packed', () => {
  expect(one('Error: a long story').encoding).toBe('gzip')
})

test('what nobody caught is told as such, before the program ends', () => {
  const { event } = one('SyntaxError: caught by nobody')
  expect(event).toMatchObject({ level: 'fatal', exceptions: [{ isHandled: false }] })
  expect(groupEvent(event).culprit).toContain('expire')
})

test('lines come with their level, place and fields', () => {
  const lines = others.flatMap(item => (item.sink === 'lines' ? [item.fact] : []))
  expect(lines).toMatchObject([
    {
      ...{ level: 'warn', message: 'the till is slow', service: 'web', environment: 'staging', release: 'r42' },
      trace: expect.stringMatching(/^[0-9a-f]{32}$/),
      fields: { till: 4 },
    },
  ])
})

test('sessions, their ends and spans are read as what they are', () => {
  const sessions = others.flatMap(item => (item.sink === 'sessions' ? [item.fact] : []))
  expect(new Set(sessions.map(({ id }) => id)).size).toBeGreaterThanOrEqual(2)
  expect(sessions[0]).toMatchObject({ release: 'r42', environment: 'staging', kind: 'application', crashed: 0 })
  const spans = others.flatMap(item => (item.sink === 'items' ? [item.fact] : []))
  expect(spans).toMatchObject([{ kind: 'span', name: 'check out', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) }])
})

test('the payload says what the event does not', () => {
  const { sections } = eventDetails(one('Error: a long story').payload)
  expect(sections.find(({ title }) => title === 'extra')?.facts[0]?.value).toContain('and so on and so on')
  expect(sections.map(({ title }) => title)).toEqual(expect.arrayContaining(['person', 'runtime', 'modules', 'sdk']))
})
