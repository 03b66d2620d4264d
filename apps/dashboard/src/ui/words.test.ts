import { expect, test } from 'vitest'
import { branchOf, counted, nameOf, percent, queryString, sentence, shortSha } from './words.ts'

test('no data is never nought', () => {
  expect(percent(null)).toBe('no data')
  expect(percent(0)).toBe('0 %')
  expect(percent(0.041)).toBe('4.1 %')
  expect(percent(0.5)).toBe('50 %')
  expect(percent(1)).toBe('100 %')
})

test('one failure of many requests is not drawn as none, nor all but one as all', () => {
  expect(percent(1 / 1_000_000)).toBe('< 0.1 %')
  expect(percent(0.00099)).toBe('< 0.1 %')
  expect(percent(0.001)).toBe('0.1 %')
  expect(percent(0.0996)).toBe('10.0 %')
  expect(percent(0.996)).toBe('99.6 %')
  expect(percent(0.9996)).toBe('> 99.9 %')
  expect(percent(0.989)).toBe('99 %')
})

test('names are short', () => {
  expect(shortSha('9d01e77aaaaaaaa')).toBe('9d01e77')
  expect(nameOf('Ana Lima <ana@example.com>')).toBe('Ana Lima')
  expect(nameOf('Ana')).toBe('Ana')
  expect(branchOf('refs/heads/fix/one')).toBe('fix/one')
  expect(sentence('held')).toBe('Held')
})

test('counts agree with their noun', () => {
  expect(counted(1, 'event')).toBe('1 event')
  expect(counted(1412, 'event')).toBe('1,412 events')
  expect(counted(2, 'person', 'people')).toBe('2 people')
})

test('a query holds what was said', () => {
  expect(queryString({ q: 'a b', service: '', level: undefined, limit: 5 })).toBe('?q=a+b&limit=5')
  expect(queryString({})).toBe('')
})
