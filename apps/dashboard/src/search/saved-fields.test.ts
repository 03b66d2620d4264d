import { expect, test } from 'vitest'
import { addressOf, isSameSearch, ofTime, searchFields, searchInWords } from './saved-fields.ts'

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
  const from = '2026-11-28T05:32:00.000Z'
  expect(searchInWords({ from })).toBe('2026-11-28 05:32 to now')
  expect(searchInWords({ from, to: from })).toBe('2026-11-28 05:32 to 2026-11-28 05:32')
  expect(searchInWords({})).toBe('everything')
})

test('a search that was narrowed to some minutes is saved for those of each day, unless it is about them', () => {
  const search = { q: 'a', from: 'x', to: 'y' }
  expect(ofTime(search, '1h')).toEqual({ q: 'a', range: '1h' })
  expect(ofTime(search, '')).toEqual(search)
})
