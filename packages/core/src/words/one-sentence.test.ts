import { expect, test } from 'vitest'
import { inOneSentence } from './index.ts'

test('what was said in many lines is its first line, with the others below it', () => {
  expect(inOneSentence('\n  column "x" is missing \r\n\nDETAIL: of 3 rows\n')).toEqual({
    sentence: 'column "x" is missing',
    rest: ['DETAIL: of 3 rows'],
  })
  expect(inOneSentence('one line')).toEqual({ sentence: 'one line', rest: [] })
  expect(inOneSentence('')).toEqual({ sentence: '', rest: [] })
})

test('a line that fills a screen is cut at a word, and is whole below it', () => {
  const json = `failed: ${JSON.stringify({ at: 'x '.repeat(1_400) })}`
  const { sentence, rest } = inOneSentence(json)
  expect(sentence.length).toBeLessThanOrEqual(240)
  expect(sentence).toMatch(/x…$/)
  expect(rest).toEqual([json])
  expect(inOneSentence('x'.repeat(500)).sentence).toBe(`${'x'.repeat(239)}…`)
})

test('colours of a terminal are no part of a sentence', () => {
  expect(inOneSentence('\u001b[31mAssertionError\u001b[39m: no').sentence).toBe('AssertionError: no')
})
