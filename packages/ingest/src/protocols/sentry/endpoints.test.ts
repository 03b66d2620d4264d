import { deflateSync, gzipSync } from 'node:zlib'
import type { IntakeItem } from '@gantry/core'
import { expect, test } from 'vitest'
import { sender } from '../../testing/sender.ts'
import type { Asked } from '../define-protocol.ts'
import { protocol } from './protocol.ts'

function read(path: string, body: string | Buffer, over: Partial<Asked> = {}) {
  const asked = { path: `/api/:number/${path}/`, params: {}, query: {}, headers: {}, ...over }
  return protocol.read(Buffer.from(body), asked).items(sender)
}
const events = (items: IntakeItem[]) => items.flatMap(item => (item.sink === 'events' ? [item.fact.event] : []))
const kept = (items: IntakeItem[]) => items.flatMap(item => (item.sink === 'items' ? [item.fact] : []))

const event = { event_id: 'a'.repeat(32), message: 'old', timestamp: '2026-11-27T11:00:00', release: 'r1' }
const json = JSON.stringify(event)

test.each([
  ['JSON', json],
  ['JSON behind a line break', `\n ${json}`],
  ['base64', Buffer.from(json).toString('base64')],
  ['deflate in base64, as raven sends', deflateSync(json).toString('base64')],
  ['gzip in base64', gzipSync(json).toString('base64')],
  ['a form', `sentry_data=${encodeURIComponent(json)}`],
  ['a packed form', `sentry_data=${encodeURIComponent(deflateSync(json).toString('base64'))}`],
])('an event as %s is read by /store/', (_form, body) => {
  const { items, id } = read('store', body)
  expect(id).toBe('a'.repeat(32))
  expect(events(items)).toMatchObject([{ id: 'a'.repeat(32), message: 'old', at: '2026-11-27T11:00:00.000Z' }])
})

test('/store/ takes transactions, and the time a client sent from its header', () => {
  const sent = { type: 'transaction', transaction: 'GET /', contexts: { trace: { trace_id: 't1', op: 'http' } } }
  expect(kept(read('store', JSON.stringify(sent)).items)).toMatchObject([
    { kind: 'transaction', name: 'GET /', traceId: 't1', facts: { op: 'http' } },
  ])
  const behind = Date.parse('2026-11-27T11:00:00Z') / 1_000 - 400 * 86_400
  const headers = { 'x-sentry-auth': `Sentry sentry_key=k, sentry_timestamp=${behind + 3_600}` }
  const { items } = read('store', JSON.stringify({ ...event, timestamp: behind }), { headers })
  expect(events(items)).toMatchObject([{ at: '2026-11-27T11:00:00.000Z' }])
})

test.each([deflateSync(Buffer.alloc(60_000_000)).toString('base64'), 'aGVsbG8=', '????', ''])(
  'what is no event is refused by /store/, and a bomb is cut off',
  body => expect(() => read('store', body)).toThrow(/expected|no JSON/),
)

test('several events in an envelope are several, each with its own id', () => {
  const body = [
    '{"event_id":"ignored"}',
    ...['b', 'c'].flatMap(id => ['{"type":"event"}', `{"event_id":"${id.repeat(32)}"}`]),
  ]
  const { items } = read('envelope', [...body, '{"type":"event"}', '{}', '{"type":"event"}', '{}'].join('\n'))
  const ids = events(items).map(({ id }) => id)
  expect(ids.slice(0, 2)).toEqual(['b'.repeat(32), 'c'.repeat(32)])
  expect(new Set(ids).size).toBe(4)
  expect(ids.every(id => /^[0-9a-f]{32}$/.test(id))).toBe(true)
})

test('an attachment that is too large costs only itself', () => {
  const head = '{"event_id":"a","dsn":"http://k@h/1"}'
  const attachment = '{"type":"attachment","length":0,"gantry_skipped":99999999,"filename":"core"}\n'
  const { items } = read('envelope', [head, '{"type":"event"}', json, attachment].join('\n'))
  expect(items).toMatchObject([
    { sink: 'events' },
    { sink: null, category: 'attachment', quantity: 1, reason: 'too-large' },
  ])
})

test('items are kept with what lists show of them', () => {
  const lines = (type: object, body: object) => [JSON.stringify(type), JSON.stringify(body)]
  const checkIn = {
    monitor_slug: 'nightly',
    status: 'ok',
    duration: 1.5,
    monitor_config: { schedule: { value: '0 * * * *' } },
  }
  const feedback = {
    contexts: { feedback: { message: 'It broke', contact_email: 'a@b.c', associated_event_id: 'd'.repeat(32) } },
  }
  const spans = {
    items: [
      { trace_id: 't2', name: 'child' },
      { trace_id: 't2', name: 'GET /', is_segment: true, start_timestamp: 1, end_timestamp: 1.25 },
    ],
  }
  const body = [
    JSON.stringify({ event_id: 'a'.repeat(32) }),
    ...lines({ type: 'check_in' }, checkIn),
    ...lines({ type: 'feedback' }, feedback),
    ...lines({ type: 'user_report' }, { event_id: 'e'.repeat(32), name: 'Ana', comments: 'no' }),
    ...lines({ type: 'span', item_count: 2 }, spans),
    ...['{"type":"attachment","length":4,"filename":"a.txt","attachment_type":"event.minidump"}', 'a\n\0b'],
    ...lines({ type: 'from_tomorrow' }, { token: 'abc' }),
  ]
  const { items } = read('envelope', body.join('\n'))
  expect(kept(items)).toMatchObject([
    { kind: 'check-in', name: 'nightly', facts: { status: 'ok', seconds: 1.5, schedule: '0 * * * *' } },
    { kind: 'feedback', eventId: 'd'.repeat(32), facts: { message: 'It broke', email: 'a@b.c' } },
    { kind: 'feedback', eventId: 'e'.repeat(32), name: 'Ana', facts: { message: 'no' } },
    { kind: 'span', name: 'GET /', traceId: 't2', facts: { ms: 250, spans: 2 } },
    { kind: 'attachment', name: 'a.txt', eventId: 'a'.repeat(32), content: Buffer.from('a\n\0b') },
    { kind: 'unknown', type: 'from_tomorrow', content: Buffer.from('{"token":"[scrubbed]"}') },
  ])
  expect(new Set(kept(items).map(({ id }) => id)).size).toBe(6)
})

test('sessions say how they went, sums are sums, and what has no release is counted as malformed', () => {
  const attrs = { release: 'r1', environment: 'staging' }
  const body = [
    '{}',
    '{"type":"session"}',
    JSON.stringify({
      sid: 's',
      did: 'ana',
      init: true,
      status: 'ok',
      errors: 2,
      started: '2026-11-27T11:59:00Z',
      attrs,
    }),
    '{"type":"session"}',
    JSON.stringify({ sid: 's', status: 'crashed', errors: 2, attrs }),
    '{"type":"sessions"}',
    JSON.stringify({ attrs, aggregates: [{ started: '2026-11-27T11:58:00Z', exited: 5, errored: 2, crashed: 1 }, {}] }),
    '{"type":"session"}',
    '{"sid":"x"}',
  ]
  const { items } = read('envelope', body.join('\n'))
  expect(items.flatMap(item => (item.sink === 'sessions' ? [item.fact] : []))).toMatchObject([
    { id: 's', kind: 'application', person: 'ana', quantity: 1, errored: 1, crashed: 0, release: 'r1' },
    { id: 's', quantity: 0, errored: 0, crashed: 1 },
    { kind: 'request', quantity: 8, errored: 2, crashed: 1, environment: 'staging' },
    { quantity: 0 },
  ])
  expect(items.at(-1)).toEqual({ sink: null, category: 'session', quantity: 1, reason: 'malformed' })
})

test('what browsers report of a policy becomes events that are grouped by rule and source', () => {
  const old = {
    'csp-report': {
      'violated-directive': 'script-src self',
      'blocked-uri': 'https://evil.example/x.js',
      'document-uri': 'https://shop.example/',
    },
  }
  const now = [
    {
      type: 'csp-violation',
      url: 'https://shop.example/a',
      body: { effectiveDirective: 'img-src', blockedURL: 'inline' },
    },
  ]
  const query = { sentry_environment: 'staging', sentry_release: 'r1' }
  expect(events(read('security', JSON.stringify(old), { query }).items)).toMatchObject([
    {
      message: 'Blocked script-src from evil.example',
      url: 'https://shop.example/',
      environment: 'staging',
      release: 'r1',
    },
  ])
  expect(events(read('security', JSON.stringify(now)).items)).toMatchObject([
    {
      message: 'Blocked img-src from inline',
      url: 'https://shop.example/a',
      fingerprint: ['csp-violation', 'img-src', 'inline'],
    },
  ])
})

test('a form of a native program that crashed is an event with its dump', () => {
  const part = (head: string, body: string) => `--b0\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`
  const form = [
    part('name="sentry"', '{"release":"r9","tags":{"a":"b"}}'),
    part('name="sentry[environment]"', 'staging'),
    part('name="upload_file_minidump"; filename="core.dmp"', 'MDMP\r\n\r\n--b'),
    '--b0--\r\n',
  ].join('')
  const headers = { 'content-type': 'multipart/form-data; boundary=b0' }
  const { items, id } = read('minidump', form, { headers })
  expect(events(items)).toMatchObject([
    { id, level: 'fatal', platform: 'native', release: 'r9', environment: 'staging' },
  ])
  expect(kept(items)).toMatchObject([
    {
      name: 'core.dmp',
      eventId: id,
      content: Buffer.from('MDMP\r\n\r\n--b'),
      facts: { attachmentType: 'event.minidump' },
    },
  ])
  expect(() => read('minidump', form.slice(0, 200), { headers })).toThrow(/cut short/)
  expect(() => read('minidump', '--b0--', { headers })).toThrow(/upload_file_minidump/)
})
