import { expect, test } from 'vitest'
import { readServiceLine } from './service-line.ts'

test.each([
  ['{"level":30,"msg":"hi","pid":7}', 'info', 'hi', { pid: 7 }],
  ['{"level":60,"msg":"dead"}', 'fatal', 'dead', {}],
  ['{"level":5,"msg":"tiny"}', 'trace', 'tiny', {}],
  ['{"severity":"WARNING","message":"careful","k":1}', 'warn', 'careful', { k: 1 }],
  ['{"level":"error","msg":"no","message":"second"}', 'error', 'no', {}],
  ['{"level":"loud","msg":"x"}', 'info', 'x', {}],
  ['{"level":"constructor","msg":"x"}', 'info', 'x', {}],
  ['{"a":1}', 'info', '{"a":1}', { a: 1 }],
])('reads the JSON line %s', (text, level, message, fields) => {
  expect(readServiceLine(text, 'stdout')).toEqual({ level, message, fields })
})

test.each([
  ['listening on 3000', 'stdout', 'info'],
  ['something odd', 'stderr', 'warn'],
  ['ERROR: it broke', 'stdout', 'error'],
  ['TypeError: x is undefined', 'stderr', 'error'],
  ['[warn] careful', 'stdout', 'warn'],
  ['panic: oh', 'stdout', 'fatal'],
  ['debug details', 'stderr', 'debug'],
  ['{ not json', 'stdout', 'info'],
  ['{"cut":', 'stdout', 'info'],
] as const)('guesses the level of %s on %s', (text, stream, level) => {
  expect(readServiceLine(text, stream)).toEqual({ level, message: text, fields: {} })
})

test('leaves colours, NUL and half characters out', () => {
  expect(readServiceLine('\u001b[31mred\u001b[0m \u0000\ud800', 'stdout').message).toBe('red \ufffd')
})

test('a long JSON line keeps its level, message and fields', () => {
  const text = JSON.stringify({ level: 50, msg: 'm'.repeat(60_000), stack: 's'.repeat(60_000) })
  const { level, message, fields } = readServiceLine(text, 'stdout')
  expect(level).toBe('error')
  expect(message).toHaveLength(60_000)
  expect(fields['stack']).toHaveLength(60_000)
})

test.each([
  ['{"level":50,"time":1,"msg":"xx', 'error'],
  ['{"time":1,"severity": "WARNING","message":"xx', 'warn'],
  ['{"msg":"no level at all', 'info'],
])('a JSON line that was cut keeps the level of %s', (text, level) => {
  expect(readServiceLine(text, 'stdout')).toEqual({ level, message: text, fields: {} })
})

test('what a JSON line says in escapes is as clean as what it says plainly', () => {
  const text = String.raw`{"msg":"a\u0000b \ud800 \u001b[31mred\u001b[0m","k\u0000":["\udc00x",{"\ud83d":"\u0000"}],"__proto__":{"a":1}}`
  const { message, fields } = readServiceLine(text, 'stdout')
  expect(message).toBe('ab \ufffd red')
  expect(JSON.stringify(fields)).toBe('{"k":["\ufffdx",{"\ufffd":""}],"__proto__":{"a":1}}')
  expect(Object.getPrototypeOf(fields)).toBe(Object.prototype)
})

test('a line nested ten thousand times is kept as far as anyone reads', () => {
  const { message, fields } = readServiceLine(`{"msg":"deep","a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 'stdout')
  expect(message).toBe('deep')
  expect(JSON.stringify(fields)).toBe(`{"a":${'['.repeat(31)}"…"${']'.repeat(31)}}`)
})
