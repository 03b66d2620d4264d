import { expect, test } from 'vitest'
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
