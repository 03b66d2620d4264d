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

test('leaves colours, NUL and half characters out, and cuts what is too long', () => {
  expect(readServiceLine('\u001b[31mred\u001b[0m \u0000\ud800', 'stdout').message).toBe('red \ufffd')
  expect(readServiceLine('x'.repeat(1_000_000), 'stdout').message).toHaveLength(32 * 1024)
})
