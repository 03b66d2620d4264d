import { expect, test } from 'vitest'
import { filterText, logQuery, parseFilter } from './log-filter.ts'

test('a filter is read as it is written, and back', () => {
  const text = 'service:backend env:production level:error refund failed'
  const search = parseFilter(text)
  expect(search).toEqual({ service: 'backend', environment: 'production', level: 'error', q: 'refund failed' })
  expect(filterText(search)).toBe(text)
  expect(parseFilter('')).toEqual({})
  expect(filterText({})).toBe('')
})

test('a word with a colon that names no field is searched for', () => {
  expect(parseFilter('http://x trace:abc foo:bar')).toEqual({ traceId: 'abc', q: 'http://x foo:bar' })
})

test('a range counts back from now, a fixed one stays', () => {
  const now = Date.parse('2026-11-23T04:15:00.000Z')
  expect(logQuery({}, now)['from']).toBe('2026-11-23T04:00:00.000Z')
  expect(logQuery({ range: '1h' }, now)['from']).toBe('2026-11-23T03:15:00.000Z')
  expect(logQuery({ from: 'a', to: 'b', range: '1h' }, now)).toMatchObject({ from: 'a', to: 'b' })
})
