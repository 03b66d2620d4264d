import { expect, test } from 'vitest'
import { nameOf, queryString, sentence } from './words.ts'

test('names are short', () => {
  expect(nameOf('Ana Lima <ana@example.com>')).toBe('Ana Lima')
  expect(nameOf('Ana')).toBe('Ana')
  expect(sentence('held')).toBe('Held')
})

test('a query holds what was said', () => {
  expect(queryString({ q: 'a b', service: '', level: undefined, limit: 5 })).toBe('?q=a+b&limit=5')
  expect(queryString({})).toBe('')
})
