import { expect, test } from 'vitest'
import { parseSearch, stringifySearch, texts } from './search.ts'

test('what is typed into an address comes back as it was typed', () => {
  const search = { q: '123', level: 'error', from: '2026-11-23T04:00:00.000Z' }
  expect(parseSearch(stringifySearch(search))).toEqual(search)
  expect(stringifySearch({ q: '', level: undefined })).toBe('')
})

test('a route keeps the fields it names', () => {
  expect(texts('job', 'line')({ job: 'test (api)', line: 31, other: 'x', step: '' })).toEqual({
    job: 'test (api)',
    line: '31',
  })
})
