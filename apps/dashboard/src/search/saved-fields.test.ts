import { expect, test } from 'vitest'
import { addressOf, isSameSearch, searchFields, searchInWords } from './saved-fields.ts'

test('of an address, what is of a moment is no part of its search', () => {
  const address = { q: 'a', range: '6h', line: 'l1', live: '1', saved: 's1', level: '', columns: 'time,status' }
  expect(searchFields('logs', address)).toEqual({ q: 'a', range: '6h', columns: 'time,status' })
  expect(searchFields('issues', { q: 'a', state: 'all', event: '3' })).toEqual({ q: 'a', state: 'all' })
})

test('a saved search is shown as it was saved, and is changed when a field of it is', () => {
  expect(addressOf({ id: 's1', search: { q: 'a', level: 'error' } })).toEqual({ q: 'a', level: 'error', saved: 's1' })
  expect(isSameSearch({ q: 'a' }, { q: 'a' })).toBe(true)
  expect(isSameSearch({ q: 'a' }, { q: 'a', level: 'error' })).toBe(false)
  expect(isSameSearch({ q: 'a', level: 'error' }, { q: 'a' })).toBe(false)
})

test('what a search looks for is said in a line', () => {
  expect(searchInWords({ q: 'refund', traceId: 't', range: '6h', columns: 'a' })).toBe(
    'refund · trace:t · last 6h · columns a',
  )
  expect(searchInWords({ from: '10:00' })).toBe('10:00 to now')
  expect(searchInWords({})).toBe('everything')
})
