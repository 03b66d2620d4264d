import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GantryError, type IntakeItem, placeSpans } from '@gantry/core'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as PackedExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readBody } from '../body/read-body.ts'
import { protocol } from '../protocols/otlp/protocol.ts'
import { sender, usualSettings } from '../testing/sender.ts'
import { spansIn } from './spans-in.ts'

const path = '/v1/traces'
const asked = (headers: Record<string, string | string[] | undefined> = {}) => ({
  path,
  params: {},
  query: {},
  headers,
})
const took: { items: IntakeItem[]; answered: number; type: string | undefined }[] = []
let server: Server
let url = ''

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const bytes = await readBody(request, request.headers['content-encoding'], protocol.limits(path))
    const about = asked(request.headers)
    const { items } = protocol
      .read(bytes, about)
      .items({ ...sender, service: null, receivedAt: new Date().toISOString() })
    const { status, headers, body } = protocol.answer(null, [], about)
    took.push({ items, answered: status, type: request.headers['content-type'] })
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => void took.splice(0))

const kept = (items: readonly IntakeItem[]) => items.flatMap(item => (item.sink === 'items' ? [item.fact] : []))

test.each([
  ['JSON', JsonExporter, 'application/json'],
  ['protobuf', PackedExporter, 'application/x-protobuf'],
])('the exporter of OpenTelemetry by %s, unmodified: a trace as it was', async (_name, Exporter, type) => {
  const exporter = new Exporter({ url: `${url}${path}`, headers: { authorization: 'Bearer k' } })
  const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] })
  const tracer = provider.getTracer('checkout')
  const root = tracer.startSpan('GET /cart', { kind: SpanKind.SERVER })
  const below = trace.setSpan(context.active(), root)
  const query = tracer.startSpan('SELECT', { kind: SpanKind.CLIENT, attributes: { 'db.rows': 3, list: ['a'] } }, below)
  query.recordException(new Error('gone'))
  query.setStatus({ code: SpanStatusCode.ERROR, message: 'it is away' })
  query.end()
  root.end()
  tracer.startSpan('another').end()
  await provider.forceFlush()
  await provider.shutdown()
  expect(took.map(({ answered, type: said }) => [answered, said])).toEqual([[200, type]])
  const items = kept(took[0]?.items ?? [])
  expect(items.map(({ facts }) => facts['spans'])).toEqual([2, 1])
  const [one] = items
  const spans = spansIn({ ...one, type: 'otlp_span' } as never, one?.content ?? Buffer.of())
  expect(spans.find(({ name }) => name === 'SELECT')).toMatchObject({
    ...{ kind: 'client', hasFailed: true, status: 'it is away', attributes: { 'db.rows': 3, list: ['a'] } },
    events: [{ name: 'exception', attributes: { 'exception.message': 'gone' } }],
  })
  const placed = placeSpans(spans)?.spans
  expect(placed?.map(({ name, depth, kind }) => [name, depth, kind])).toEqual([
    ['GET /cart', 0, 'server'],
    ['SELECT', 1, 'client'],
  ])
  expect(one).toMatchObject({ traceId: root.spanContext().traceId, name: 'GET /cart', service: null })
  expect(Math.abs(Date.parse(one?.at ?? '') - Date.now())).toBeLessThan(60_000)
})

const [a, b] = ['a'.repeat(32), 'b'.repeat(32)]
const span = (traceId: string, spanId: string, over: object = {}) => ({
  ...{ traceId, spanId: spanId.repeat(16), name: spanId, startTimeUnixNano: '1795780740000000000' },
  ...{ endTimeUnixNano: '1795780740250000000', ...over },
})
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
const request = (spans: unknown[], resource: object[] = []) =>
  Buffer.from(JSON.stringify({ resourceSpans: [{ resource: { attributes: resource }, scopeSpans: [{ spans }] }] }))
const itemsOf = (body: Buffer, over: Partial<typeof sender> = {}) =>
  protocol.read(body, asked()).items({ ...sender, ...over }).items

test('what a resource says is where its spans are from; a key of a service goes before it', () => {
  const resource = [
    ...[text('service.name', 'till'), text('service.version', 'r7'), text('deployment.environment.name', 'staging')],
  ]
  const body = request([span(a, '1')], resource)
  expect(kept(itemsOf(body, { service: null }))).toMatchObject([
    { service: 'till', release: 'r7', environment: 'staging' },
  ])
  expect(kept(itemsOf(body))).toMatchObject([{ service: 'web' }])
  expect(kept(itemsOf(request([span(a, '1')]), { service: null }))).toMatchObject([
    { service: null, release: null, environment: null, at: '2026-11-27T11:59:00.000Z' },
  ])
})

test('each trace is kept, sampled and counted by itself; what has no ids or no time is malformed', () => {
  const spans = [span(a, '1'), span(b, '2'), span(a, '3', { parentSpanId: '1'.repeat(16) })]
  const odd = [null, span('0'.repeat(32), '4'), span(a, 'x'), span(a, '5', { startTimeUnixNano: 0 })]
  const items = itemsOf(request([...spans, ...odd]), { settings: { ...usualSettings, spans: 0.7 } })
  expect(items.map(item => [item.sink, item.quantity, 'reason' in item ? item.reason : ''])).toEqual([
    ['items', 2, ''],
    [null, 1, 'sampled'],
    [null, 4, 'malformed'],
  ])
})

test('what nobody should read is taken out by its name, and the rest is as it was', () => {
  const attributes = [
    text('http.request.header.cookie', 'sid=1'),
    text('url.path', '/cart'),
    text('db.password', 'x7y'),
  ]
  const [item] = itemsOf(request([span(a, '1', { attributes })], [text('token', 'abc')]))
  expect(item).toMatchObject({ sink: 'items', scrubbed: { cookie: 1, password: 1, token: 1 } })
  const [one] = kept(item ? [item] : [])
  expect(spansIn({ ...one, type: 'otlp_span' } as never, one?.content ?? Buffer.of())[0]?.attributes).toEqual({
    'http.request.header.cookie': '[scrubbed]',
    ...{ 'url.path': '/cart', 'db.password': '[scrubbed]' },
  })
})

test('more spans than anybody sends at once, and what is none, are refused; what was dropped is said', () => {
  const spans = Array.from({ length: 20_001 }, () => null)
  expect(() => itemsOf(request(spans))).toThrow('at most 20000 spans')
  for (const body of ['[]', 'no', 'null'])
    expect(() => protocol.read(Buffer.from(body), asked())).toThrow('expected an ExportTraceServiceRequest as JSON')
  const packed = asked({ 'content-type': 'application/x-protobuf' })
  expect(() => protocol.read(Buffer.from([0x0a, 0x7f]), packed)).toThrow(GantryError)
  const dropped = [
    { category: 'span', outcome: 'dropped', reason: 'malformed', quantity: 2 },
    { category: 'span', outcome: 'dropped', reason: 'sampled', quantity: 9 },
  ] as const
  expect(protocol.answer(null, dropped, asked()).body).toMatchObject({ partialSuccess: { rejectedSpans: '2' } })
  expect(protocol.answer(null, dropped.slice(1), asked()).body).toEqual({})
})
