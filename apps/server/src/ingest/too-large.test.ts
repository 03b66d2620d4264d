import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { FoundKey } from '@gantry/core'
import { IngestConfig } from '@gantry/core/config'
import { loadProtocols } from '@gantry/ingest'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installErrors } from '../http/errors.ts'
import { apiOf } from '../http/route.ts'
import { intakeRoutes } from '../http/routes/intake.ts'
import { Intake, type Sinks } from './intake.ts'

const key = 'a'.repeat(32)
const path = `/api/1/envelope/?sentry_key=${key}`
const megabyte = Buffer.alloc(1024 * 1024, 'x')
const most = 20
const app: FastifyInstance = Fastify()
let port = 0

beforeAll(async () => {
  const own = { id: 'k', key, project: 'shop', service: null, kind: 'client', origins: [], perMinute: null }
  const intake = new Intake({
    keys: {
      find: async shown => (shown === key ? (own as unknown as FoundKey) : null),
      projectOf: async number => (number === '1' ? 'shop' : null),
    },
    counter: { add: () => undefined },
    sinksOf: () => ({}) as Sinks,
    usual: { spikeOf: () => null },
    requireRoom: () => undefined,
    settingsOf: async () => IngestConfig.parse({}),
    webhookSecret: async () => null,
    forwardsOf: () => null,
    now: () => new Date(),
    newId: () => 'f'.repeat(32),
  })
  installErrors(app)
  intakeRoutes(apiOf(app as unknown as FastifyInstance), await loadProtocols(), intake)
  port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
})
afterAll(() => app.close())

interface Client {
  socket: Socket
  /** Everything that came so far. */
  text(): string
  wrote: number
  end: 'open' | 'closed' | 'reset'
}

function open(head: string[], target = path): Client {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  const client: Client = { socket, text: () => text, wrote: 0, end: 'open' }
  socket.on('data', bytes => {
    text += bytes
  })
  socket.on('error', () => undefined)
  socket.on('close', hadError => {
    client.end = hadError ? 'reset' : 'closed'
  })
  socket.write([`POST ${target} HTTP/1.1`, 'host: h', ...head, '', ''].join('\r\n'))
  return client
}

/** Writes as fast as it is taken, whatever is answered meanwhile; ends when told, or when the connection does. */
async function keepWriting(client: Client, megabytes: number, frame = (bytes: Buffer) => bytes): Promise<void> {
  const { socket } = client
  for (; client.wrote < megabytes && !socket.destroyed; client.wrote++) {
    if (socket.write(frame(megabyte))) continue
    await new Promise<void>(done => {
      const go = () => {
        socket.off('drain', go).off('close', go)
        done()
      }
      socket.once('drain', go).once('close', go)
    })
  }
}

const chunked = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])

async function answered(client: Client, what: string): Promise<void> {
  for (const until = Date.now() + 30_000; !client.text().includes(what); await sleep(10))
    if (Date.now() > until) throw new Error(`no ${what} in "${client.text()}", the connection is ${client.end}`)
}

const hint = 'Send less at once; the limit stands in the message.'

test('a client that writes all it has before it reads is answered, and may go on', async () => {
  const client = open([`content-length: ${(most + 10) * megabyte.length}`])
  client.socket.pause()
  await keepWriting(client, most + 10)
  client.socket.resume()
  await answered(client, hint)
  expect(client.text()).toMatch(/^HTTP\/1\.1 413 /)
  expect(client.text()).toContain('"detail":"BODY_TOO_LARGE: expected at most 20971520 bytes')
  client.socket.write(`POST ${path} HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\n{}`)
  await answered(client, 'HTTP/1.1 200 ')
  client.socket.destroy()
})

test.each([
  ['its own key', path, 'HTTP/1.1 413 '],
  ["a stranger's", `/api/1/envelope/?sentry_key=${'b'.repeat(32)}`, 'HTTP/1.1 403 '],
  ['a strange project', '/api/2/envelope/', 'HTTP/1.1 403 '],
])('one that never ends, with %s, is answered first and then cut off', async (_key, target, status) => {
  const client = open(['transfer-encoding: chunked'], target)
  await keepWriting(client, 5_000, chunked)
  expect(client.text().slice(0, status.length)).toBe(status)
  expect(client.end).not.toBe('open')
  expect(client.wrote).toBeLessThan(most + 64 + 20)
})

test('so is a small body that unfolds to a large one', async () => {
  const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024 + 1))
  const client = open(['content-encoding: gzip', `content-length: ${bomb.length}`])
  client.socket.write(bomb)
  await answered(client, hint)
  expect(client.text()).toMatch(/^HTTP\/1\.1 413 /)
  expect(client.end).toBe('open')
  client.socket.destroy()
})
