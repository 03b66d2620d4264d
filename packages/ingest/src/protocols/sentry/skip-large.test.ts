import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { mostItems, readEnvelope } from './envelope.ts'
import { skipLarge } from './skip-large.ts'

const pieces = (text: string, size: number) => {
  const bytes = Buffer.from(text)
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )
}
function through(text: string, size: number, most = 20): Buffer {
  const sieve = skipLarge(most)
  return Buffer.concat([...pieces(text, size).map(chunk => sieve.take(chunk)), sieve.rest()])
}

const large = `{"type":"attachment","length":50,"filename":"a"}\n${'x\n'.repeat(25)}`
const envelope = `{"event_id":"e"}\n{"type":"event"}\n${'{"a":1}'.repeat(9)}\n${large}\n{"type":"session","length":3}\na\nb\n{"type":"x"}\nlast`

test.each([1, 2, 7, 4_096])('in pieces of %i bytes a large item is left out, and those around it stay', size => {
  const { items } = readEnvelope(through(envelope, size))
  expect(items.map(({ type, payload, skippedBytes }) => [type, payload.toString(), skippedBytes])).toEqual([
    ['event', '{"a":1}'.repeat(9), 0],
    ['attachment', '', 50],
    ['session', 'a\nb', 0],
    ['x', 'last', 0],
  ])
})

test('what has nothing large in it comes out as it went in, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (text, size) => {
      expect(through(text, size, 1_000_000).toString()).toBe(Buffer.from(text).toString())
    }),
    { numRuns: 100 },
  )
  expect(through(envelope, 5, 50).toString()).toBe(envelope)
})

test.each([
  ['what is no header', '{}\n', '{\n'],
  ['more items than are taken', '{}\n', '{}\nx\n'],
  ['empty lines', '{}\n', '\n'],
])('it stops looking at %s', (_what, head, line) => {
  const parse = vi.spyOn(JSON, 'parse')
  const text = head + line.repeat(50_000)
  expect(through(text, 4_096).toString()).toBe(text)
  expect(parse.mock.calls.length).toBeLessThanOrEqual(mostItems)
  parse.mockRestore()
})

test('a line that never ends is handed on, so that it is refused by name', () => {
  const text = `{}\n{"type":"${'x'.repeat(200_000)}`
  expect(through(text, 10_000).toString()).toBe(text)
})
