import { expect, test } from 'vitest'
import { SyslogFrames } from '../../syslog/frames.ts'
import { keyInSyslog } from '../../syslog/own-data.ts'
import { sender } from '../../testing/sender.ts'
import type { Asked } from '../define-protocol.ts'
import { protocol, syslogOf } from './protocol.ts'

const ofProject = { ...sender, service: null }
const key = 'a1'.repeat(16)

function lineOf(message: string, asked: Partial<Asked> = {}) {
  const about: Asked = { path: '/ingest/syslog', params: {}, query: {}, headers: {}, ...asked }
  const [item] = syslogOf([{ text: message, isCut: false }])
    .read(Buffer.alloc(0), about)
    .items(ofProject).items
  if (item?.sink !== 'lines') throw new Error('expected a line')
  const { project: _project, ...line } = item.fact
  return line
}

const at = '2026-11-27T11:59:00.000Z'
const usual = { at, level: 'info', environment: 'production', release: null, trace: null }
const user = { facility: 'user', severity: 'info' }

test.each([
  [
    'RFC 5424 with structured data',
    `<131>1 2026-11-27T11:59:00Z h shop 7 ID [a@1 k="v \\" w"][b@2 n="1"] \ufeffit broke`,
    {
      ...{ ...usual, level: 'error', service: 'shop', message: 'it broke' },
      fields: {
        ...{ host: 'h', pid: '7', msgid: 'ID', facility: 'local0', severity: 'err' },
        ...{ 'a@1.k': 'v " w', 'b@2.n': '1' },
      },
    },
  ],
  [
    'RFC 5424 with nothing but its text',
    '<14>1 - - - - - - it is',
    { ...usual, at: sender.receivedAt, service: 'unknown', message: 'it is', fields: user },
  ],
  [
    'RFC 3164',
    '<14>Nov 27 11:59:00 h shop[7]: it is',
    { ...usual, service: 'shop', message: 'it is', fields: { host: 'h', pid: '7', ...user } },
  ],
  [
    'rsyslog’s, with a time as ISO 8601',
    '<14>2026-11-27T12:59:00.000000+01:00 h shop[7]: it is',
    { ...usual, service: 'shop', message: 'it is', fields: { host: 'h', pid: '7', ...user } },
  ],
  [
    'Go’s, without a host',
    '<14>Nov 27 11:59:00 shop[7]: it: is',
    { ...usual, service: 'shop', message: 'it: is', fields: { pid: '7', ...user } },
  ],
  [
    'Python’s, without a time',
    '<14>it: is',
    { ...usual, at: sender.receivedAt, service: 'unknown', message: 'it: is', fields: user },
  ],
  [
    'JSON inside, whose level is the program’s own',
    '<14>1 2026-11-27T11:59:00Z h shop 7 - - {"level":"error","msg":"it broke","order":7,"trace_id":"t1"}',
    {
      ...{ ...usual, level: 'error', service: 'shop', message: 'it broke', trace: 't1' },
      fields: { host: 'h', pid: '7', ...user, order: 7 },
    },
  ],
  [
    'JSON behind the mark of CEE, without a message',
    '<14>Nov 27 11:59:00 h shop: @cee: {"order":7,"password":"hunter2"}',
    {
      ...{ ...usual, service: 'shop', message: '{"order":7,"password":"[scrubbed]"}' },
      fields: { host: 'h', ...user, order: 7, password: '[scrubbed]' },
    },
  ],
  [
    'a number that is no priority of anybody’s',
    '<999>odd',
    {
      ...usual,
      at: sender.receivedAt,
      level: 'debug',
      service: 'unknown',
      message: 'odd',
      fields: { severity: 'debug' },
    },
  ],
])('%s', (_what, message, expected) => {
  expect(lineOf(message)).toEqual(expected)
})

test('what it says to Gantry is no field, and its key is told nobody', () => {
  const own = `[gantry@32473 key="${key}" service="cart" environment="staging" release="r1" trace="t1" odd="1"]`
  const message = `<14>1 2026-11-27T11:59:00Z h shop 7 - [a@1 k="v"]${own} it is`
  expect(keyInSyslog(message)).toBe(key)
  const line = lineOf(message)
  expect(line).toMatchObject({ service: 'cart', environment: 'staging', release: 'r1', trace: 't1', message: 'it is' })
  expect(line.fields).toEqual({ host: 'h', pid: '7', ...user, 'a@1.k': 'v', 'gantry@32473.odd': '1' })
})

test('a key is looked for in structured data alone, as Gantry and Better Stack name it', () => {
  expect(keyInSyslog(`<14>1 - - - - - [logtail@11993 source_token="${key}"] x`)).toBe(key)
  expect(keyInSyslog(`<14>1 - - - - - [gantry token="${key}"] x`)).toBe(key)
  for (const other of [
    `<14>1 - - - - - - [gantry key="${key}"]`,
    `<14>Nov 27 11:59:00 h a: [gantry key="${key}"]`,
    `<14>1 - - - - - [other@1 key="${key}"] [gantry key="${key}"]`,
    `<14>1 - - - - - [gantry name="${key}"] x`,
    '<14>1 - - - - - [gantry key="',
  ])
    expect(keyInSyslog(other), other).toBeNull()
})

test('a drain of Heroku has no structured data, and its text may begin with a bracket', () => {
  const headers = { 'content-type': 'application/logplex-1' }
  const line = '<190>1 2026-11-27T11:59:00+00:00 host app web.1 - [info] it is'
  expect(lineOf(line, { headers })).toMatchObject({
    at,
    service: 'app',
    message: '[info] it is',
    fields: { pid: 'web.1' },
  })
})

test('a port may say whose they are; the name of the program stays readable', () => {
  const line = lineOf('<14>Nov 27 11:59:00 h nginx: it is', { query: { service: 'web', environment: 'staging' } })
  expect(line).toMatchObject({ service: 'web', environment: 'staging', fields: { app: 'nginx' } })
})

test('a message that was cut says so, and one that goes on behind a line feed is a line', () => {
  const frames = new SyslogFrames(60)
  const found = frames.push(Buffer.from(`<14>Nov 27 11:59:00 h shop: ${'a'.repeat(100)}\n    at cart.ts:7\n`))
  const { items } = syslogOf(found)
    .read(Buffer.alloc(0), { path: '', params: {}, query: {}, headers: {} })
    .items(ofProject)
  expect(items.map(item => item.sink === 'lines' && [item.fact.message, item.fact.fields['cut']])).toEqual([
    ['a'.repeat(32), true],
    ['    at cart.ts:7', undefined],
  ])
  const asked: Asked = { path: '/ingest/syslog', params: {}, query: {}, headers: {} }
  expect(() => protocol.read(Buffer.from('no syslog'), asked)).toThrow('expected messages of syslog')
})
