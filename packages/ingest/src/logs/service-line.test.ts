import { expect, test } from 'vitest'
import { scrubberFor } from '../scrub/scrub.ts'
import { usualSettings } from '../testing/sender.ts'
import { readServiceLine } from './service-line.ts'

const now = '2026-11-27T10:00:00.500Z'
const read = (text: string, stream: 'stdout' | 'stderr' = 'stdout') => readServiceLine(text, stream, now, json)
const { json } = scrubberFor(usualSettings.scrub)

/** Each format: what it wrote, and the level, time and message that are in it. A time left out is that of arrival. */
const formats: [name: string, text: string, level: string, at: string, message: string][] = [
  ['pino', '{"level":50,"time":1795773600123,"pid":7,"hostname":"h","msg":"no"}', 'error', '10:00:00.123', 'no'],
  [
    ...([
      'bunyan',
      '{"name":"a","hostname":"h","pid":7,"level":40,"msg":"m","time":"2026-11-27T10:00:00.123Z","v":0}',
    ] as const),
    ...(['warn', '10:00:00.123', 'm'] as const),
  ],
  ['winston', '{"level":"silly","message":"m","timestamp":"2026-11-27T10:00:00.123Z"}', 'trace', '10:00:00.123', 'm'],
  [
    ...([
      'ECS',
      '{"@timestamp":"2026-11-27T10:00:00.123Z","log.level":"ERROR","message":"m","ecs.version":"8.10.0"}',
    ] as const),
    ...(['error', '10:00:00.123', 'm'] as const),
  ],
  [
    ...([
      'nested',
      '{"@timestamp":"2026-11-27T10:00:00.123Z","log":{"level":"critical","logger":"x"},"message":"m"}',
    ] as const),
    ...(['fatal', '10:00:00.123', 'm'] as const),
  ],
  [
    'Google',
    '{"severity":"WARNING","message":"m","timestamp":"2026-11-27T11:00:00.123+01:00"}',
    'warn',
    '10:00:00.123',
    'm',
  ],
  ['Serilog', '{"@t":"2026-11-27T10:00:00.1234567Z","@m":"m","@l":"Fatal"}', 'fatal', '10:00:00.123', 'm'],
  ['GELF', '{"version":"1.1","short_message":"m","level":3,"timestamp":1795773600.123}', 'error', '10:00:00.123', 'm'],
  ['zap', '{"level":"dpanic","ts":1795773600.123,"caller":"a.go:7","msg":"m"}', 'fatal', '10:00:00.123', 'm'],
  [
    'Python JSON',
    '{"asctime":"2026-11-27 12:00:00,123","levelname":"CRITICAL","message":"m"}',
    'fatal',
    '10:00:00.123',
    'm',
  ],
  [
    'logfmt',
    'time=2026-11-27T10:00:00.123Z level=warning msg="it \\"broke\\"" code=7',
    'warn',
    '10:00:00.123',
    'it "broke"',
  ],
  ['time and level', '2026-11-27T10:00:00.123Z ERROR it broke', 'error', '10:00:00.123', 'it broke'],
  [
    ...(['logback', '2026-11-27 10:00:00,123 [main] WARN  c.e.Shop - it broke'] as const),
    ...(['warn', '10:00:00.123', '[main] WARN  c.e.Shop - it broke'] as const),
  ],
  ['klog', 'E1127 10:00:00.123456      7 shop.go:12] it broke', 'error', '10:00:00.123', 'it broke'],
  ['syslog', '<27>1 2026-11-27T10:00:00.123Z h shop 7 ID [a@1 k="v"] it broke', 'error', '10:00:00.123', 'it broke'],
  ['BSD syslog', '<12>Nov 27 10:00:00 h shop[7]: it broke', 'warn', '10:00:00.000', 'it broke'],
  ['Python', 'ERROR:shop.cart:it broke', 'error', '10:00:00.500', 'it broke'],
  [
    ...(['Python with a format', '2026-11-27 10:00:00,123 - shop.cart - ERROR - it broke'] as const),
    ...(['error', '10:00:00.123', 'shop.cart - ERROR - it broke'] as const),
  ],
  ['nginx', '2026/11/27 10:00:00 [crit] 7#7: *1 it broke', 'fatal', '10:00:00.000', '7#7: *1 it broke'],
  ['Postgres', '2026-11-27 10:00:00.123 UTC [7] FATAL:  it broke', 'fatal', '10:00:00.123', '[7] FATAL:  it broke'],
  ['monolog', '[2026-11-27 10:00:00] shop.ERROR: it broke', 'error', '10:00:00.000', 'shop.ERROR: it broke'],
  ['Ruby', 'E, [2026-11-27T10:00:00.123456 #7] ERROR -- shop: it broke', 'error', '10:00:00.123', 'it broke'],
  ['Nest', '[Nest] 7  - 11/27/2026, 10:00:00 AM   ERROR [Cart] it broke', 'error', '10:00:00.500', '[Cart] it broke'],
  ['pino-pretty', '[10:00:00.123] ERROR (7): it broke', 'error', '10:00:00.500', 'it broke'],
  ['winston simple', 'error: it broke', 'error', '10:00:00.500', 'error: it broke'],
]

test.each(formats)('reads level, time and message of %s', (_name, text, level, at, message) => {
  expect(read(text)).toMatchObject({ level, at: `2026-11-27T${at}Z`, message })
})

test('what a line says beside its columns are its fields, and its trace a column', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c'
  expect(read('{"level":30,"msg":"hi","pid":7,"service":"mine","trace_id":"t1"}')).toMatchObject({
    fields: { pid: 7, service: 'mine' },
    trace: 't1',
  })
  expect(read(`{"message":"m","traceparent":"00-${trace}-b7ad6b7169203331-01"}`)).toMatchObject({ trace, fields: {} })
  expect(read('{"message":"m","trace":{"id":"t2"},"log":{"level":"warn","file":"a"}}')).toEqual({
    ...{ at: now, level: 'warn', message: 'm', trace: 't2', fields: { log: { file: 'a' } } },
  })
  expect(read('time=1 a=b c="d e" loose').fields).toEqual({})
  expect(read('level=info a=b c="d e" loose')).toMatchObject({ message: 'loose', fields: { a: 'b', c: 'd e' } })
  expect(read('<27>1 2026-11-27T10:00:00.123Z h shop 7 ID [a@1 k="v"] x').fields).toEqual({
    ...{ host: 'h', pid: '7', 'a@1.k': 'v', service: 'shop', msgid: 'ID', facility: 'daemon', severity: 'err' },
  })
})

test('a time that cannot be right is that of arrival, and one without a zone is of the nearest', () => {
  for (const time of ['"2026-11-28T10:00:00Z"', '"2020-01-01T00:00:00Z"', '12', '"soon"', 'null', '1e300'])
    expect(read(`{"level":30,"time":${time},"msg":"m"}`).at).toBe(now)
  expect(read('2026-11-27 15:30:00.250 INFO m').at).toBe('2026-11-27T10:00:00.250Z')
  expect(read('{"time":1795773600123456789,"msg":"m"}').at).toBe('2026-11-27T10:00:00.123Z')
  expect(readServiceLine('I1231 23:59:59.000000 7 a.go:1] m', 'stdout', '2027-01-01T00:00:01.000Z', json).at).toBe(
    '2026-12-31T23:59:59.000Z',
  )
})

test.each([
  ['{"level":5,"msg":"tiny"}', 'trace', 'tiny', {}],
  ['{"level":"error","msg":"no","message":"second"}', 'error', 'no', { message: 'second' }],
  ['{"level":"loud","msg":"x"}', 'info', 'x', { level: 'loud' }],
  ['{"level":"constructor","msg":"x"}', 'info', 'x', { level: 'constructor' }],
  ['{"a":1}', 'info', '{"a":1}', { a: 1 }],
])('reads the JSON line %s', (text, level, message, fields) => {
  expect(read(text)).toEqual({ at: now, level, message, trace: null, fields })
})

test.each([
  ['listening on 3000', 'stdout', 'info'],
  ['something odd', 'stderr', 'warn'],
  ['ERROR: it broke', 'stdout', 'error'],
  ['TypeError: x is undefined', 'stderr', 'error'],
  ['[warn] careful', 'stdout', 'warn'],
  ['panic: oh', 'stdout', 'fatal'],
  ['debug details', 'stderr', 'debug'],
  ['Traceback (most recent call last):', 'stdout', 'error'],
  ['{ not json', 'stdout', 'info'],
  ['{"cut":', 'stdout', 'info'],
] as const)('guesses the level of %s on %s', (text, stream, level) => {
  expect(read(text, stream)).toEqual({ at: now, level, message: text, trace: null, fields: {} })
})

test('a line that only speaks of an error is none', () => {
  expect(read('2026-11-27T10:00:00Z no error was found').level).toBe('info')
  expect(read('2026-11-27T10:00:00Z listening').message).toBe('listening')
})

test('leaves colours, NUL and half characters out', () => {
  expect(read('\u001b[31mred\u001b[0m \u0000\ud800').message).toBe('red \ufffd')
})

test('a long JSON line keeps its level, message and fields', () => {
  const text = JSON.stringify({ level: 50, msg: 'm'.repeat(60_000), stack: 's'.repeat(60_000) })
  const { level, message, fields } = read(text)
  expect(level).toBe('error')
  expect(message).toHaveLength(60_000)
  expect(fields['stack']).toHaveLength(60_000)
})

test.each([
  ['{"level":50,"time":1,"msg":"xx', 'error'],
  ['{"time":1,"severity": "WARNING","message":"xx', 'warn'],
  ['{"msg":"no level at all', 'info'],
])('a JSON line that was cut keeps the level of %s', (text, level) => {
  expect(read(text)).toMatchObject({ level, message: text, fields: {} })
})

test('what a JSON line says in escapes is as clean as what it says plainly', () => {
  const text = String.raw`{"msg":"a\u0000b \ud800 \u001b[31mred\u001b[0m","k\u0000":["\udc00x",{"\ud83d":"\u0000"}],"__proto__":{"a":1}}`
  const { message, fields } = read(text)
  expect(message).toBe('ab \ufffd red')
  expect(JSON.stringify(fields)).toBe('{"k":["\ufffdx",{"\ufffd":""}],"__proto__":{"a":1}}')
  expect(Object.getPrototypeOf(fields)).toBe(Object.prototype)
})

test('a line nested ten thousand times is kept as far as anyone reads', () => {
  const { message, fields } = read(`{"msg":"deep","a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)
  expect(message).toBe('deep')
  expect(JSON.stringify(fields)).toBe(`{"a":${'['.repeat(31)}"…"${']'.repeat(31)}}`)
})

test('a line without a message is scrubbed by its names, and is as it was written where nothing is secret', () => {
  expect(read('{"level":30, "pw":"hunter2"}').message).toBe('{"level":30,"pw":"[scrubbed]"}')
  expect(read('level=info pw=hunter2 n="a b"').message).toBe('level=info pw=[scrubbed] n="a b"')
  expect(read('{"level":30, "n":1}').message).toBe('{"level":30, "n":1}')
  expect(read('level=info  n=1').message).toBe('level=info  n=1')
})
