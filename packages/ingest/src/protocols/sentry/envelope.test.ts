import { GantryError } from '@gantry/core'
import { expect, test } from 'vitest'
import { readEnvelope } from './envelope.ts'

const read = (text: string) => readEnvelope(Buffer.from(text))
const payloads = (text: string) => read(text).items.map(({ type, payload }) => [type, payload.toString()])

test('reads items with and without a length', () => {
  expect(payloads('{"event_id":"x"}\n{"type":"event"}\n{"a":1}\n{"type":"session","length":7}\n{"b":2}\n')).toEqual([
    ['event', '{"a":1}'],
    ['session', '{"b":2}'],
  ])
})

test('a length may cover newlines', () => {
  expect(payloads('{}\n{"type":"attachment","length":5}\na\nb\nc')).toEqual([['attachment', 'a\nb\nc']])
})

test('takes an empty header, an empty envelope and several newlines at the end', () => {
  expect(read('{}')).toEqual({ header: {}, items: [] })
  expect(read('{}\n\n\n').items).toEqual([])
})

test('a carriage return belongs to the payload', () => {
  expect(payloads('{}\n{"type":"x"}\na\r\n')).toEqual([['x', 'a\r']])
})

test('a type that is no text is a type nobody knows', () => {
  expect(payloads('{}\n{"type":{"toString":1}}\n{}')).toEqual([['', '{}']])
})

test('keeps items nobody knows', () => {
  expect(payloads('{}\n{"type":"from_the_future"}\n{}')).toEqual([['from_the_future', '{}']])
})

test.each([
  ['no JSON header', 'hello'],
  ['a list as header', '[]'],
  ['no JSON item header', '{}\nhello\n{}'],
  ['more bytes announced than came', '{}\n{"type":"event","length":50}\n{}'],
  ['a length without the newline behind it', '{}\n{"type":"event","length":1}\n{}'],
  ['a negative length', '{}\n{"type":"event","length":-1}\n{}'],
  ['a length of words', '{}\n{"type":"event","length":"7"}\n{}'],
  ['a header line of 1 MB', `{"a":"${'x'.repeat(1_000_000)}"}\n`],
  ['a header that is nested by the thousand', `{"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}\n`],
  ['an item header that is', `{}\n{"x":${'{"y":'.repeat(9_000)}1${'}'.repeat(9_000)}}\n{}`],
  ['ten thousand items', `{}\n${'{"type":"x"}\n1\n'.repeat(10_000)}`],
])('refuses %s', (_, text) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'ENVELOPE_MALFORMED' }))
})

test('cut at any byte it is read or refused by name', () => {
  const whole = Buffer.from('{"event_id":"a"}\n{"type":"event","length":7}\n{"a":1}\n{"type":"session"}\n{"b":"é"}\n')
  for (let end = 0; end < whole.length; end++) {
    try {
      readEnvelope(whole.subarray(0, end))
    } catch (cause) {
      expect(cause).toBeInstanceOf(GantryError)
    }
  }
})
