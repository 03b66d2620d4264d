import type { IntakeItem } from '@gantry/core'
import { expect, test } from 'vitest'
import { protocol } from '../protocols/sentry/protocol.ts'
import { sender } from '../testing/sender.ts'
import { spansIn } from './spans-in.ts'

const [a, b] = ['a'.repeat(32), 'b'.repeat(32)]
const began = 1_795_780_740
const envelope = (type: string, payload: object, header: object = {}) =>
  Buffer.from(`${JSON.stringify(header)}\n${JSON.stringify({ type })}\n${JSON.stringify(payload)}\n`)

function keptIn(body: Buffer) {
  const asked = { path: protocol.paths[0], params: {}, query: {}, headers: {} }
  const { items } = protocol.read(body, asked).items(sender)
  return items.flatMap((item: IntakeItem) => (item.sink === 'items' ? [item.fact] : []))
}
const spansOf = (body: Buffer) => keptIn(body).map(item => spansIn(item, item.content))
const attribute = (value: unknown) => ({ value, type: 'string' })

test('a transaction is the span above its own, with the facts of the whole', () => {
  const trace = {
    trace_id: a,
    span_id: '1'.repeat(16),
    parent_span_id: '9'.repeat(16),
    op: 'http.server',
    status: 'not_found',
  }
  const child = {
    trace_id: a,
    span_id: '2'.repeat(16),
    parent_span_id: '1'.repeat(16),
    op: 'db',
    description: 'SELECT 1',
  }
  const [spans] = spansOf(
    envelope('transaction', {
      ...{ transaction: 'GET /cart', start_timestamp: began, timestamp: began + 0.5, contexts: { trace } },
      ...{ release: 'r7', environment: 'staging', tags: { service: 'till' } },
      spans: [
        { ...child, start_timestamp: began + 0.1, timestamp: began + 0.2, status: 'ok', data: { 'db.rows': 3 } },
        { ...child, span_id: '', start_timestamp: began },
        { ...child, span_id: '3'.repeat(16), start_timestamp: 'soon' },
      ],
    }),
  )
  expect(spans).toMatchObject([
    {
      ...{ id: '1'.repeat(16), parent: '9'.repeat(16), name: 'GET /cart', kind: 'server', hasFailed: true },
      ...{ status: 'not found', release: 'r7', environment: 'staging', service: 'till' },
      ...{ startMs: began * 1_000, endMs: began * 1_000 + 500 },
    },
    {
      ...{ name: 'SELECT 1', op: 'db', kind: 'internal', hasFailed: false, status: null, attributes: { 'db.rows': 3 } },
      ...{ startMs: began * 1_000 + 100, endMs: began * 1_000 + 200 },
    },
  ])
})

const v2 = (traceId: string, id: string, over: object = {}) => ({
  ...{
    trace_id: traceId,
    span_id: id.repeat(16),
    name: id,
    start_timestamp: began,
    end_timestamp: began + 1,
    status: 'ok',
  },
  ...over,
})
const container = (items: object[], header: object = {}) => envelope('span', { version: 2, items }, header)

test('a container is kept by trace, each with what its spans say of where they are from', () => {
  const said = {
    'sentry.environment': attribute('staging'),
    'sentry.release': attribute('r7'),
    'sentry.op': attribute('task'),
  }
  const body = container([
    v2(a, '1', { is_segment: true, attributes: said }),
    v2(b, '2'),
    v2(a, '3', {
      parent_span_id: '1'.repeat(16),
      status: 'error',
      attributes: { 'sentry.status.message': attribute('no') },
    }),
  ])
  expect(keptIn(body)).toMatchObject([
    { traceId: a, name: '1', environment: 'staging', release: 'r7', facts: { spans: 2, op: 'task' } },
    { traceId: b, name: '2', environment: null, facts: { spans: 1 } },
  ])
  expect(new Set(keptIn(body).map(({ id }) => id)).size).toBe(2)
  expect(spansOf(body)[0]).toMatchObject([
    { id: '1'.repeat(16), op: 'task', environment: 'staging', release: 'r7', hasFailed: false },
    { id: '3'.repeat(16), environment: 'staging', hasFailed: true, status: 'no' },
  ])
})

test('one of an earlier version, kept whole, is read for the trace that is asked for', () => {
  const item = {
    type: 'span',
    at: '2026-11-27T11:59:00.000Z',
    traceId: b,
    service: 'web',
    environment: null,
    release: null,
  }
  const content = Buffer.from(JSON.stringify({ items: [v2(a, '1'), v2(b, '2')] }))
  expect(spansIn(item, content).map(({ id }) => id)).toEqual(['2'.repeat(16)])
  expect(spansIn(item, Buffer.from('no JSON'))).toEqual([])
})

test('a clock that is an hour off is corrected in each span, as the item was; a moment on the way is not', () => {
  const hour = 3_600
  const [spans] = spansOf(
    container([v2(a, '1', { start_timestamp: began - hour, end_timestamp: began - hour + 1 })], {
      sent_at: new Date((Date.parse(sender.receivedAt) / 1_000 - hour) * 1_000).toISOString(),
    }),
  )
  expect(spans).toMatchObject([{ startMs: began * 1_000, endMs: began * 1_000 + 1_000 }])
  const [near] = spansOf(container([v2(a, '1', { start_timestamp: began + 20, end_timestamp: began + 10 })]))
  expect(near).toMatchObject([{ startMs: began * 1_000 + 20_000, endMs: began * 1_000 + 20_000 }])
})
