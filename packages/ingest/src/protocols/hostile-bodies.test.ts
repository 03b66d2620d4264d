import type { IntakeItem } from '@gantry/core'
import { encode } from '@msgpack/msgpack'
import { expect, test } from 'vitest'
import { sender } from '../testing/sender.ts'
import type { Asked } from './define-protocol.ts'
import { loadProtocols } from './index.ts'

/** What strangers with a key may send, and what it may cost. */
const protocols = await loadProtocols()

function items(name: string, body: Buffer, headers: Asked['headers'] = {}): IntakeItem[] {
  const protocol = protocols.find(({ settings }) => settings.name === name)
  if (!protocol) throw new Error(`no protocol ${name}`)
  return protocol.read(body, { path: protocol.paths[0], params: {}, query: {}, headers }).items(sender).items
}
const packed = { 'content-type': 'application/msgpack' }
const protobuf = { 'content-type': 'application/x-protobuf' }

/** What it takes of the processor, whoever else works meanwhile. */
function cpuMs(act: () => void): number {
  const before = process.cpuUsage()
  act()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

test.each([
  ['arrays of millions in one another', Buffer.from('dd01ffffff'.repeat(4), 'hex')],
  ['thousands of arrays in one another', Buffer.from('dcffff'.repeat(500), 'hex')],
  ['a map of more than came', Buffer.from('df7fffffff', 'hex')],
  ['a text of more than came', Buffer.from('dbffffffff61', 'hex')],
  ['a header that was cut', Buffer.from('dd01', 'hex')],
  ['what is nested too deep', Buffer.from(`${'91'.repeat(10_000)}c0`, 'hex')],
])('MessagePack that announces %s is refused before room is made for it', (_what, body) => {
  const before = process.memoryUsage().rss
  expect(() => items('betterstack', body, packed)).toThrow('expected MessagePack')
  expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000)
})

test('MessagePack of every form is read', () => {
  const wide = Object.fromEntries(Array.from({ length: 70_000 }, (_, index) => [`k${index}`, index]))
  const fields = {
    ...{ none: null, yes: true, small: 7, below: -1, byte: 200, short: -300, word: 70_000, long: 2 ** 40, half: 0.5 },
    ...{ text: 'x'.repeat(300), longer: 'y'.repeat(70_000), list: Array.from({ length: 300 }, () => [1, {}]), wide },
  }
  const at = new Date('2026-11-27T11:59:00.000Z')
  const [line, other] = items(
    'betterstack',
    Buffer.concat([encode({ dt: at, message: 'm', ...fields }), encode({ message: 'n', bytes: new Uint8Array(300) })]),
    packed,
  )
  expect(line).toMatchObject({ fact: { message: 'm', at: at.toISOString(), fields } })
  expect(other).toMatchObject({ fact: { message: 'n' } })
})

const secret = { message: 'sent password=hunter2', fields: { token: 'abc', deep: { note: 'Bearer abcdefghijklmno' } } }
const { message, fields: said } = secret
const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
const otlpRecord = { body: { stringValue: message }, attributes: [attribute('token', 'abc'), attribute('deep', 'x')] }

test.each([
  ['lines', { 'content-type': 'text/plain' }, `${message} token=abc`, { password: 2 }],
  ['lines', {}, JSON.stringify({ message, ...said }), { password: 1, token: 2 }],
  ['betterstack', packed, encode({ message, ...said }), { password: 1, token: 2 }],
  ['logflare', {}, JSON.stringify({ message, metadata: said }), { password: 1, token: 2 }],
  ['vercel', {}, JSON.stringify([{ message, ...said }]), { password: 1, token: 2 }],
  [
    'otlp',
    {},
    JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [otlpRecord] }] }] }),
    { password: 1, token: 1 },
  ],
])('a line by %s is scrubbed as an error is, and that is counted: %#', (name, headers, body, scrubbed) => {
  const [line] = items(name, Buffer.from(body), headers)
  expect(JSON.stringify(line)).not.toMatch(/hunter2|abc/)
  expect(line).toMatchObject({ sink: 'lines', scrubbed })
})

// Names tell what is secret here; in the text of the whole record a pattern would no longer see it.
const unsaid = { pw: 'hunter2', password: { is: 'hunter2' }, list: [['cookie', 'hunter2']] }
const kvlist = (values: object[]) => ({ kvlistValue: { values } })
const unsaidBody = kvlist([
  attribute('pw', 'hunter2'),
  { key: 'password', value: kvlist([attribute('is', 'hunter2')]) },
])
const otlpBody = (body: object) => JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body }] }] }] })

test.each([
  ['lines', {}, JSON.stringify(unsaid), '{"pw":"[scrubbed]","password":"[scrubbed]","list":[["cookie","[scrubbed]"]]}'],
  ['lines', { 'content-type': 'text/plain' }, 'level=info pw=hunter2 n="a b"', 'level=info pw=[scrubbed] n="a b"'],
  ['lines', { 'content-type': 'text/plain' }, 'level=info pwd="a hunter2"', 'level=info pwd=[scrubbed]'],
  ['betterstack', packed, encode({ pw: 'hunter2' }), '{"pw":"[scrubbed]"}'],
  ['otlp', {}, otlpBody(unsaidBody), '{"pw":"[scrubbed]","password":"[scrubbed]"}'],
  ['otlp', {}, otlpBody({ arrayValue: { values: [unsaidBody] } }), '[{"pw":"[scrubbed]","password":"[scrubbed]"}]'],
])(
  'a line by %s that has no message is scrubbed by its names, and that is counted: %#',
  (name, headers, body, text) => {
    const [line] = items(name, Buffer.from(body), headers)
    expect(JSON.stringify(line)).not.toContain('hunter2')
    expect(line).toMatchObject({ fact: { message: text }, scrubbed: expect.anything() })
  },
)

const tooMuch = expect.objectContaining({ code: 'BODY_TOO_LARGE' })
const wide = (value: string, count: number) => Buffer.from(`[${`${value},`.repeat(count)}0]`)

test.each([
  ['lines', { 'content-type': 'application/json' }, wide('{"a":1}', 20_000)],
  ['lines', { 'content-type': 'application/json' }, Buffer.from('{"a":1}\n'.repeat(20_001))],
  ['lines', { 'content-type': 'text/plain' }, Buffer.from('a\r\n\n'.repeat(20_001))],
  ['lines', { 'content-type': 'text/plain' }, wide('{}', 2_000_000)],
  ['logflare', {}, Buffer.from(`{"batch":${wide('{"message":"m"}', 20_000)}}`)],
  ['vercel', {}, wide('{"message":"m"}', 20_000)],
  ['betterstack', {}, wide('{"message":"m"}', 20_000)],
  ['betterstack', packed, Buffer.from(encode(Array.from({ length: 20_001 }, () => ({ message: 'm' }))))],
  ['otlp', {}, Buffer.from(`{"resourceLogs":[{"scopeLogs":[{"logRecords":${wide('{}', 20_000)}}]}]}`)],
  ['otlp', {}, Buffer.from(`{"resourceLogs":${wide('[]', 2_000_000)}}`)],
  ['sentry', {}, Buffer.from(`{}\n${`{"type":"log"}\n{"items":${wide('{}', 10_000)}}\n`.repeat(2)}`)],
  ['sentry', {}, Buffer.from(`{}\n${`{"type":"log"}\n{"items":[{"a":${wide('0', 600_000)}}]}\n`.repeat(4)}`)],
  ['sentry', {}, Buffer.from(`{}\n{"type":"event"}\n{"extra":${wide('{}', 2_000_000)}}`)],
])('%s refuses more than is stored of one request, and says so: %#', (name, headers, body) => {
  expect(() => items(name, body, headers)).toThrow(tooMuch)
})

test('a text that says signs of JSON is one value', () => {
  const text = '[{,\\"'.repeat(400_000)
  expect(items('lines', Buffer.from(JSON.stringify({ message: text })))).toMatchObject([
    { fact: { message: text.slice(0, 65_536) } },
  ])
})

test('JSON that is nested thousands deep is a line all the same', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  expect(items('lines', Buffer.from(`{"a":${deep}}`))).toMatchObject([{ sink: 'lines' }])
  const values = `${'{"arrayValue":{"values":['.repeat(20_000)}{}${']}}'.repeat(20_000)}`
  const record = `{"body":${values},"attributes":[null,{"key":"a","value":${values}}]}`
  const body = Buffer.from(`{"resourceLogs":[null,{"scopeLogs":[null,{"logRecords":[${record},null]}]}]}`)
  expect(items('otlp', body)).toMatchObject([{ sink: 'lines' }, { sink: null, quantity: 1 }])
})

test('a field of OTLP that is longer than what it stands in is refused', () => {
  // A resource of three bytes, in which something begins that goes on to the end of the body.
  const one = (left: number) =>
    Buffer.from([0x0a, 5, 0x12, 0x80 | (left & 0x7f), 0x80 | ((left >> 7) & 0x7f), left >> 14, 0])
  const many = Array.from({ length: 2_000 }, (_, index) => one((1_999 - index) * 7 + 1))
  expect(() => items('otlp', Buffer.concat(many), protobuf)).toThrow('expected an ExportLogsServiceRequest')
})

test.each([
  ['an open bracket for ever', `<1>1 - - - - - [${'['.repeat(300_000)}`],
  ['brackets that never close', `<1>1 - - - - - [${'['.repeat(300_000)} ] x`],
  ['syslog in syslog', 'Nov 27 10:00:00 h a: '.repeat(10_000)],
  ['pairs that never end', `<1>1 - - - - - [a${' b="'.repeat(100_000)}] x`],
  ['logfmt that never ends', `a=1 b="${'c="\\'.repeat(100_000)}`],
])('a line of %s is a line, and costs no more than its length', (_what, line) => {
  let found: IntakeItem[] = []
  const ms = cpuMs(() => {
    found = items('lines', Buffer.from(line), { 'content-type': 'text/plain' })
  })
  expect(found).toMatchObject([{ sink: 'lines' }])
  expect(ms).toBeLessThan(500)
})

test('a syslog line longer than its head keeps the whole of its message', () => {
  const text = 'long '.repeat(4_000)
  const [line] = items('lines', Buffer.from(`<27>1 2026-11-27T10:00:00.123Z h shop 7 ID [a@1 k="v"] ${text}.`), {
    'content-type': 'text/plain',
  })
  expect(line).toMatchObject({ fact: { message: `${text}.`, level: 'error', fields: { 'a@1.k': 'v' } } })
})
