import { expect, test } from 'vitest'
import { completed, completionsAt } from './completions.ts'

const facets = [
  { name: 'level', values: [{ value: 'error', count: 3 }] },
  {
    name: 'service',
    values: [
      { value: 'web', count: 1_200 },
      { value: 'web api', count: 2 },
    ],
  },
  { name: 'environment', values: [{ value: 'production', count: 2 }] },
  {
    name: 'http_status',
    values: [
      { value: '500', count: 2 },
      { value: '502', count: 1 },
    ],
  },
]
const texts = (text: string, caret = text.length) => completionsAt(text, caret, facets)?.options.map(({ text }) => text)

test('a word goes on as a name of a field, its beginning first', () => {
  expect(texts('se')).toEqual(['service:', 'release:', 'message:'].filter(name => name.includes('se')))
  expect(texts('timeout sta')).toEqual(['http_status:'])
  expect(texts('(a OR -serv')).toEqual(['-service:'])
  expect(completionsAt('a serv b', 6, facets)).toMatchObject({ from: 2, to: 6, options: [{ text: 'service:' }] })
  expect(texts('zzz')).toEqual([])
})

test('behind a name stand the values that lines have, written as they are read', () => {
  expect(texts('service:')).toEqual(['service:web', 'service:"web api"'])
  expect(completionsAt('service:', 8, facets)?.options[0]?.hint).toBe('1,200')
  expect(texts('env:pro')).toEqual(['env:production'])
  expect(texts('http.status:50')).toEqual(['http.status:500', 'http.status:502'])
  expect(texts('http_status:500')).toEqual([])
  expect(texts('level:e')).toEqual(['level:error'])
  expect(texts('-level:>=w')).toEqual(['-level:>=warn'])
  expect(texts('ms:>5')).toEqual([])
})

test('inside of quotes nothing is meant', () => {
  expect(completionsAt('"a serv', 7, facets)).toBeNull()
  expect(texts('"a" serv')).toEqual(['service:'])
})

test('what is chosen takes the place of the word, and the next one follows a value', () => {
  expect(completed('a serv b', { from: 2, to: 6 }, 'service:')).toEqual({
    text: 'a service: b',
    at: 10,
    isWhole: false,
  })
  expect(completed('a service:w', { from: 2, to: 11 }, 'service:web')).toEqual({
    ...{ text: 'a service:web ', at: 14, isWhole: true },
  })
  expect(completed('(env:p)', { from: 1, to: 6 }, 'env:production').text).toBe('(env:production)')
})
