import { expect, test } from 'vitest'
import { columnsIn, filterText, fixedSearch, logQuery, narrowedBy, parseFilter } from './log-filter.ts'

test('a filter is read as it is written, and back', () => {
  const text = 'service:backend env:production level:>=error refund failed'
  const search = parseFilter(text)
  expect(search).toEqual({ service: 'backend', environment: 'production', level: 'error', q: 'refund failed' })
  expect(filterText(search)).toBe(text)
  expect(parseFilter('')).toEqual({})
  expect(filterText({})).toBe('')
})

test('what cannot be chosen beside the box is searched as it stands', () => {
  expect(parseFilter('http://x trace:abc foo:bar')).toEqual({ traceId: 'abc', q: 'http://x foo:bar' })
  for (const text of [
    'service:a OR service:b',
    '"service:a  b"',
    '(service:a)',
    '-service:a',
    'service:a*',
    'level:error',
    'level:>=erorr',
  ])
    expect(parseFilter(text)).toEqual({ q: text })
  expect(parseFilter('service:a service:b')).toEqual({ service: 'a', q: 'service:b' })
})

test('a value is added as it has to be written', () => {
  expect(narrowedBy({}, 'status', '500')).toBe('status:500')
  expect(narrowedBy({ q: 'refund' }, 'path', 'a "b"')).toBe('refund path:"a \\"b\\""')
  expect(narrowedBy({}, 'user agent', 'x')).toBe('user_agent:x')
  expect(narrowedBy({}, '2xx', '5')).toBe('@2xx:5')
  expect(narrowedBy({}, 'http.status', '5')).toBe('http.status:5')
  expect(narrowedBy({}, 'path', '/a/*')).toBe('path:"/a/*"')
  expect(narrowedBy({ q: 'a OR b' }, 'status', '500', true)).toBe('(a OR b) -status:500')
})

test('a range counts back from now, a fixed one stays', () => {
  const now = Date.parse('2026-11-23T04:15:00.000Z')
  expect(logQuery({}, now)['from']).toBe('2026-11-23T04:00:00.000Z')
  expect(logQuery({ range: '1h' }, now)['from']).toBe('2026-11-23T03:15:00.000Z')
  expect(logQuery({ from: 'a', to: 'b', range: '1h' }, now)).toMatchObject({ from: 'a', to: 'b' })
})

test('a link to a search leads to the same lines tomorrow', () => {
  const now = Date.parse('2026-11-23T04:15:00.000Z')
  const [from, to] = ['2026-11-23T03:15:00.000Z', '2026-11-23T04:15:00.000Z']
  expect(fixedSearch({ q: 'a', range: '1h', live: '1', columns: 'time' }, now)).toEqual({
    q: 'a',
    columns: 'time',
    from,
    to,
  })
  expect(fixedSearch({ from, live: '1' }, now)).toEqual({ from, to })
  expect(fixedSearch({ from: 'a', to: 'b' }, now)).toEqual({ from: 'a', to: 'b' })
})

test('columns are read in their order, each once', () => {
  expect(columnsIn({ columns: 'time, status,,time' })).toEqual(['time', 'status'])
  expect(columnsIn({})).toEqual([])
})
