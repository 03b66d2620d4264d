import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { GantryError, type IntakeItem, type NewLine } from '@gantry/core'
import type { Performing } from '@gantry/core/config'
import { Logtail } from '@logtail/node'
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as PackedExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import winston from 'winston'
import { readBody } from '../body/read-body.ts'
import { sender } from '../testing/sender.ts'
import type { Protocol, Reply } from './define-protocol.ts'
import { loadProtocols } from './index.ts'

/** Clients as their vendors publish them, each pointed to a server that reads by the protocols and answers by them. */
const key = 'a'.repeat(32)
const require = createRequire(import.meta.url)
const protocols = await loadProtocols()
const lines: NewLine[] = []
const answered: { path: string; status: number }[] = []
let server: Server
let url = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    take(request).then(
      ({ status, headers, body }) => {
        answered.push({ path: request.url ?? '', status })
        const isBytes = Buffer.isBuffer(body)
        response.writeHead(status, { 'content-type': 'application/json', ...headers })
        response.end(isBytes ? body : JSON.stringify(body))
      },
      cause => response.writeHead(500).end(String(cause)),
    )
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  lines.length = 0
  answered.length = 0
})

async function take(request: IncomingMessage): Promise<Reply> {
  const { pathname, searchParams } = new URL(request.url ?? '', url)
  const protocol = protocols.find(({ paths }) => (paths as readonly string[]).includes(pathname))
  if (!protocol) throw new Error(`nothing is at ${pathname}`)
  const asked = { path: pathname, params: {}, query: Object.fromEntries(searchParams), headers: request.headers }
  try {
    return protocol.answer(null, outcomesOf(await itemsOf(protocol, request, asked)), asked)
  } catch (cause) {
    if (cause instanceof GantryError && protocol.refuse) return protocol.refuse(cause, asked)
    throw cause
  }
}

async function itemsOf(
  protocol: Performing<Protocol>,
  request: IncomingMessage,
  asked: Parameters<Protocol['read']>[1],
) {
  if (protocol.auth.by !== 'ingest key' || protocol.auth.keyIn(asked) !== key)
    throw new GantryError('INGEST_KEY_WRONG', 'another key came')
  const bytes = await readBody(request, request.headers['content-encoding'], protocol.limits(asked.path))
  const receivedAt = new Date().toISOString()
  const { items } = protocol.read(bytes, asked).items({ ...sender, project: 'shop', service: null, receivedAt })
  for (const item of items) if (item.sink === 'lines') lines.push(item.fact)
  return items
}

const outcomesOf = (items: IntakeItem[]) =>
  items.map(item => ({
    category: item.category,
    outcome: item.sink === 'lines' ? ('taken' as const) : ('dropped' as const),
    reason: item.sink === null ? item.reason : '',
    quantity: 'quantity' in item ? item.quantity : 1,
  }))

const came = (count: number) => vi.waitUntil(() => lines.length >= count, { timeout: 30_000, interval: 20 })
const isRecent = (at: string) => Math.abs(Date.parse(at) - Date.now()) < 60_000

test('@logtail/node: packed, with its time, level and fields, and an error with its stack', async () => {
  const logtail = new Logtail(key, { endpoint: `${url}/betterstack`, sendLogsToConsoleOutput: false })
  await logtail.warn('card declined', { order: 'o-7', nested: { till: 4 } })
  await logtail.error(new Error('it broke'))
  await logtail.flush()
  await came(2)
  expect(answered.every(({ status }) => status === 202)).toBe(true)
  expect(lines.find(({ message }) => message === 'card declined')).toMatchObject({
    ...{ level: 'warn', project: 'shop', environment: 'production' },
    fields: { order: 'o-7', nested: { till: 4 } },
  })
  expect(lines.find(({ message }) => message === 'it broke')).toMatchObject({
    level: 'error',
    fields: { stack: expect.stringContaining('it broke') },
  })
  expect(lines.every(({ at }) => isRecent(at))).toBe(true)
})

test('@logtail/pino', async () => {
  const options = { sourceToken: key, options: { endpoint: `${url}/betterstack` } }
  const transport = await require('@logtail/pino').default(options)
  const logger = pino({ level: 'trace' }, transport)
  logger.debug({ order: 'o-8' }, 'looked up')
  logger.fatal('gone')
  await came(2)
  expect(lines.find(({ message }) => message === 'looked up')).toMatchObject({
    level: 'debug',
    fields: { order: 'o-8' },
  })
  expect(lines.find(({ message }) => message === 'gone')).toMatchObject({ level: 'fatal' })
})

test('pino-logflare', async () => {
  const options = { apiKey: key, sourceToken: 'e1a2', apiBaseUrl: url, batchSize: 2, batchTimeout: 50 }
  const transport = await require('pino-logflare').default(options)
  const logger = pino({}, transport)
  logger.info({ order: 'o-9' }, 'paid')
  logger.error('refused')
  await came(2)
  expect(lines.find(({ message }) => message === 'paid')).toMatchObject({ level: 'info', fields: { order: 'o-9' } })
  expect(lines.find(({ message }) => message === 'refused')).toMatchObject({ level: 'error' })
  expect(answered[0]).toMatchObject({ path: expect.stringContaining('/logs?source=e1a2'), status: 200 })
})

test('winston-logflare', async () => {
  // Its `main` names a file that is not in the package.
  const Transport = require('winston-logflare/dist/main.js')
  const transport = new Transport({
    apiKey: key,
    sourceToken: 'e1a2',
    apiBaseUrl: url,
    batchMaxSize: 1,
    batchFlushInterval: 50,
  })
  const logger = winston.createLogger({ level: 'debug', defaultMeta: { env: 'staging' }, transports: [transport] })
  logger.log('warn', 'stock is low', { sku: 'a-1' })
  await vi.waitUntil(() => lines.some(({ message }) => message === 'stock is low'), { timeout: 30_000, interval: 20 })
  expect(lines.find(({ message }) => message === 'stock is low')).toMatchObject({
    ...{ level: 'warn', environment: 'staging' },
    fields: { sku: 'a-1' },
  })
})

test.each([
  ['JSON', JsonExporter],
  ['protobuf', PackedExporter],
])('OpenTelemetry’s SDK by %s', async (_name, Exporter) => {
  const exporter = new Exporter({ url: `${url}/v1/logs`, headers: { authorization: `Bearer ${key}` } })
  const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] })
  const logger = provider.getLogger('checkout')
  logger.emit({
    ...{ severityNumber: 17, severityText: 'ERROR', body: 'it broke' },
    attributes: { 'http.status': 503, deep: { list: [1, 'a', true, 2.5] }, 'service.version': 'r7' },
  })
  logger.emit({ severityNumber: 9, body: { order: 'o-7' } })
  await provider.forceFlush()
  // A client of before may send once more what it sent.
  const own = () => lines.filter(({ fields }) => fields['scope.name'] === 'checkout')
  await vi.waitUntil(() => own().length >= 2, { timeout: 30_000, interval: 20 })
  await provider.shutdown()
  expect(answered.map(({ status }) => status)).toEqual(answered.map(() => 200))
  expect(own()).toMatchObject([
    {
      ...{ level: 'error', message: 'it broke', release: 'r7' },
      fields: { 'http.status': 503, deep: { list: [1, 'a', true, 2.5] }, 'scope.name': 'checkout' },
    },
    { level: 'info', message: '{"order":"o-7"}', service: 'unknown', fields: { order: 'o-7' } },
  ])
  expect(own().every(({ at }) => isRecent(at))).toBe(true)
})

const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, { method: 'POST', body, headers: { authorization: `Bearer ${key}`, ...headers } })

test('curl: an object, an array, objects on lines, text; with the key in every form', async () => {
  const message = (number: number) => JSON.stringify({ message: `m${number}`, level: 'error' })
  await post('/ingest/lines?service=till&environment=staging&release=r1', message(1))
  await post('/betterstack', `[${message(2)},${message(3)}]`)
  await post('/logs/json', `${message(4)}\n${message(5)}`)
  const text = '2026-11-27T10:00:00Z ERROR m6\n\n{"msg":"m7","level":50}\nm8'
  await post('/ingest/lines?service=till', text, { 'content-type': 'text/plain' })
  await post('/ingest/lines', message(9), { authorization: `Basic ${Buffer.from(`x:${key}`).toString('base64')}` })
  await post(`/ingest/lines?api_key=${key}`, message(10), { authorization: '' })
  await post('/ingest/lines', message(11), { authorization: '', 'x-api-key': key })
  expect(lines.map(line => line.message)).toEqual(Array.from({ length: 11 }, (_, index) => `m${index + 1}`))
  expect(lines.filter(({ level }) => level !== 'error').map(line => line.message)).toEqual(['m8'])
  expect(lines[0]).toMatchObject({ service: 'till', environment: 'staging', release: 'r1' })
  expect(lines.slice(5, 8).map(({ service }) => service)).toEqual(['till', 'till', 'till'])
})

test('a wrong key, and what cannot be read, are refused in the words of each protocol', async () => {
  expect((await post('/betterstack', '{}', { authorization: 'Bearer x' })).status).toBe(403)
  expect((await post('/betterstack', 'no')).status).toBe(406)
  expect((await post('/betterstack', Buffer.from([0xc1]), { 'content-type': 'application/msgpack' })).status).toBe(406)
  expect((await post('/ingest/lines', '{"a":1}\n7\n{"b":2}', { 'content-type': 'application/json' })).status).toBe(200)
  expect((await post('/v1/logs', '[')).status).toBe(400)
  const packed = await post('/v1/logs', Buffer.from([0x0a, 0x7f]), { 'content-type': 'application/x-protobuf' })
  expect([packed.status, packed.headers.get('content-type')]).toEqual([400, 'application/x-protobuf'])
  const partial = await post(
    '/v1/logs',
    '{"resourceLogs":[{"scopeLogs":[{"logRecords":[null,{"body":{"stringValue":"x"}}]}]}]}',
  )
  expect(await partial.json()).toMatchObject({ partialSuccess: { rejectedLogRecords: '1' } })
  expect(lines.map(({ message }) => message)).toEqual(['{"a":1}', '{"b":2}', 'x'])
})

test('Fly’s shipper, Vercel by way of Logflare, and a batch of Logflare', async () => {
  const fly = {
    message: '{"level":50,"msg":"it broke"}',
    fly: { app: { name: 'shop-api', instance: 'i' }, region: 'fra' },
  }
  await post('/ingest/lines', JSON.stringify([{ ...fly, timestamp: new Date().toISOString(), log: { level: 'info' } }]))
  const vercel = {
    id: '1',
    deploymentId: 'd',
    source: 'lambda',
    projectName: 'web',
    environment: 'preview',
    type: 'stderr',
  }
  await post(
    '/logs/vercel',
    JSON.stringify([
      { ...vercel, message: '', timestamp: Date.now(), proxy: { method: 'GET', path: '/', statusCode: 500 } },
    ]),
  )
  await post('/api/logs', JSON.stringify({ batch: [{ log_entry: 'e', metadata: { level: 'warn', a: 1 } }] }))
  expect(lines).toMatchObject([
    { service: 'shop-api', level: 'error', message: 'it broke' },
    { service: 'web', environment: 'preview', level: 'error', message: 'GET / 500' },
    { level: 'warn', message: 'e', fields: { a: 1 } },
  ])
})
