import { expect, test } from 'vitest'
import { durationMs } from './duration-field.ts'
import { didYouMean, nearestWord } from './nearest-word.ts'

test.each([
  ['helth', ['health', 'needs'], 'health'],
  ['Needs', ['needs'], 'needs'],
  ['form', ['from', 'gates'], 'from'],
  ['zzzz', ['health'], null],
  ['', ['a'], 'a'],
  ['x', [], null],
])('%j among %j means %j', (typed, words, meant) => expect(nearestWord(typed, words)).toBe(meant))

test('nothing near is nothing said', () => expect(didYouMean('zzzz', ['health'])).toBe(''))

test('a duration that passed the schema is in milliseconds; anything else is none', () => {
  expect([durationMs('2m'), durationMs('soon')]).toEqual([120_000, 0])
})
