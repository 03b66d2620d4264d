import { expect, test } from 'vitest'
import { isLike } from './line-words.ts'
import { lineMatcher } from './match-line.ts'
import { readLineQuery } from './read-query.ts'

const line = {
  ...{
    at: '2026-03-01T08:00:00.000Z',
    service: 'web',
    environment: 'production',
    release: null,
    level: 'warn' as const,
  },
  message: 'Über-Größe: POST /api/sites/7 failed (card_declined), 12.5 ms at 10.0.0.1',
  trace: 'AbC',
  fields: {
    ...{ status: 503, text: 'the quick brown fox', odd: '!!', code: 'e-42', user: { id: 'u7', tags: ['a', 'b'] } },
    ...{ service: 'inner', nothing: null, no: false },
  },
}
const matches = (query: string) => lineMatcher(readLineQuery(query))(line)

test.each([
  ...[
    'über',
    'größe',
    'card_declined',
    '10.0.0.1',
    '"post /api"',
    '/api/sites/7',
    'sites',
    'quick',
    '"brown fox"',
    'e-42',
  ],
  ...['!!', '(card_declined)', 'abc', 'fox*', '*rown', '/api/*/7', 'card*', '12.5', '-nothing_like', 'message:failed'],
  ...[
    'message:fail*',
    'status:503',
    'status:>502.5',
    'status:<=503',
    'user.id:U7',
    'user_tags:b',
    'user.tags:*',
    'no:false',
  ],
  ...['level:warn', 'level:info..error', 'service:web', 'service:w*', 'trace:abc', 'time:>=2026-03-01', 'code:e-*'],
  ...['time:2026-02-01..2026-04-01', 'text:"the quick brown fox"', 'text:the*', 'code:>d', 'release:* OR web OR fox'],
])('finds it by %s', query => expect(matches(query)).toBe(true))

test.each([
  ...['ber', 'card', 'declined', '"api post"', 'u7x', '42', 'e', 'rown*', '"quick fox"', 'nothing:*'],
  ...['-über', 'message:quick', 'status:>503', 'status:502', 'level:>warn', 'level:odd', 'level:>=odd'],
  ...[
    'service:inner',
    'release:*',
    'release:r',
    'time:>2026-03-02',
    'time:>never',
    'missing:*',
    'missing:<5',
    'text:>5',
    'xyz*',
  ],
])('does not find it by %s', query => expect(matches(query)).toBe(false))

test('a pattern stands for the whole, with anything where its stars are', () => {
  expect(isLike('abcabc', 'a*c')).toBe(true)
  expect(isLike('abcabc', 'a*b*a*c')).toBe(true)
  expect(isLike('abc', 'ab*bc')).toBe(false)
  expect(isLike('abc', '*')).toBe(true)
  expect(isLike('abc', 'ab')).toBe(false)
  expect(isLike('axc', 'a*b*c')).toBe(false)
})

test.each<[query: string, fields: Record<string, unknown>, found: boolean]>([
  ['ms:>800', { ms: 801 }, true],
  ['ms:>800', { ms: '801', other: { ms: 1 } }, true],
  ['ms:>800', { ms: 800 }, false],
  ['ms:>800', { ms: '' }, false],
  ['ms:>800', { ms: undefined, m: 900, ms_x: 900 }, false],
  ['ms:>800', { ms: [1, [900]] }, true],
  ['http_status:>=500', { http: { status: 503 } }, true],
  ['http_status:>=500', { 'http.status': 500, http: null }, true],
  ['http_status:>=500', { http: 'status', status: 503 }, false],
])('%s of %j: %j', (query, fields, found) => {
  expect(lineMatcher(readLineQuery(query))({ ...line, fields })).toBe(found)
})

test('names that never come again are compared as those that do', () => {
  const wide = Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`Field.${index}`, index]))
  expect(lineMatcher(readLineQuery('field_5999:5999'))({ ...line, fields: wide })).toBe(true)
  expect(lineMatcher(readLineQuery('field_0:0'))({ ...line, fields: wide })).toBe(true)
})
