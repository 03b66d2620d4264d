import { expect, test } from 'vitest'
import { readIssueQuery } from './read-issue-query.ts'

const moment = { now: '2026-11-28T10:00:00.000Z', me: 'p1' }
const read = (text: string) => readIssueQuery(text, moment)

test('reads words, fields, negation and groups by the grammar of the lines', () => {
  expect(read('')).toBeNull()
  expect(read('is:ignored -release:4f2a1b0 "card declined" (browser:Safari* OR user.plan:*)')).toEqual({
    kind: 'and',
    of: [
      { kind: 'state', state: 'muted' },
      { kind: 'not', of: { kind: 'field', name: 'release', pattern: '4f2a1b0*' } },
      { kind: 'text', pattern: 'card declined' },
      {
        kind: 'or',
        of: [
          { kind: 'label', name: 'browser', pattern: 'Safari*' },
          { kind: 'label', name: 'user_plan', pattern: null },
        ],
      },
    ],
  })
})

test.each<[string, unknown]>([
  ['is:new', { kind: 'phase', phase: 'new', freshSince: '2026-11-21T10:00:00.000Z' }],
  ['is:unassigned', { kind: 'not', of: { kind: 'assigned', to: { who: 'anybody' } } }],
  ['assigned:me', { kind: 'assigned', to: { who: 'person', person: 'p1' } }],
  ['assignee:*', { kind: 'assigned', to: { who: 'anybody' } }],
  ['assigned:none', { kind: 'not', of: { kind: 'assigned', to: { who: 'anybody' } } }],
  ['assigned:"Mira Maier"', { kind: 'assigned', to: { who: 'named', pattern: 'Mira Maier' } }],
  ['level:>warning', { kind: 'level', levels: ['error', 'fatal'] }],
  ['level:<=warn', { kind: 'level', levels: ['debug', 'info', 'warning'] }],
  ['level:err', { kind: 'level', levels: ['error'] }],
  ['events:>10', { kind: 'count', name: 'events', least: 11, most: null }],
  ['users:2..5', { kind: 'count', name: 'people', least: 2, most: 5 }],
  ['people:<3', { kind: 'count', name: 'people', least: null, most: 2 }],
  ['firstSeen:-24h', { kind: 'seen', which: 'first', from: '2026-11-27T10:00:00.000Z', to: null }],
  ['age:+7d', { kind: 'seen', which: 'first', from: null, to: '2026-11-21T10:00:00.000Z' }],
  [
    'lastSeen:2026-11-01',
    { kind: 'seen', which: 'last', from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' },
  ],
  [
    'lastSeen:2026-11-01..2026-11-03',
    { kind: 'seen', which: 'last', from: '2026-11-01T00:00:00.000Z', to: '2026-11-03T00:00:00.000Z' },
  ],
  ['lastSeen:<2026-11-03', { kind: 'seen', which: 'last', from: null, to: '2026-11-03T00:00:00.000Z' }],
  ['env:staging', { kind: 'field', name: 'environment', pattern: 'staging' }],
  ['message:*timeout', { kind: 'text', pattern: '*timeout' }],
  ['title:*', { kind: 'text', pattern: '*' }],
  ['message:*', { kind: 'text', pattern: '*' }],
  ['tim*ut', { kind: 'text', pattern: 'tim*ut' }],
  ['issue:#7', { kind: 'number', number: 7 }],
  [
    'mira@shop.example',
    {
      kind: 'or',
      of: [
        { kind: 'text', pattern: 'mira@shop.example' },
        { kind: 'user', user: 'mira@shop.example' },
      ],
    },
  ],
  ['mira@*', { kind: 'text', pattern: 'mira@*' }],
  ['#7', { kind: 'number', number: 7 }],
  ['trace:0123456789ABCDEF0123456789abcdef', { kind: 'trace', id: '0123456789abcdef0123456789abcdef' }],
  ['constructor:x', { kind: 'label', name: 'constructor', pattern: 'x' }],
])('reads %s', (text, term) => {
  expect(read(text)).toEqual(term)
})

test.each([
  ['level:error is:unresolvd', '`is:unresolvd` is not known; did you mean "unresolved"?; there is open', 12],
  ['is:*', 'expected one value, without `*`', 0],
  ['is:>new', 'expected one value', 0],
  ['level:loud', '`loud` is no level', 0],
  ['a level:>=loud', '`loud` is no level', 2],
  ['a "b', '`"` is never closed', 2],
  ['a (b', '`(` is never closed', 2],
  ['a b)', '`)` closes nothing', 3],
  ['events:many', '`many` is no number of events', 0],
  ['firstSeen:yesterday', '`yesterday` is no time', 0],
  ['firstSeen:-soon', '`-soon` is no time', 0],
  ['firstSeen:-999999999999d', '`-999999999999d` is no time', 0],
  ['age:+900000d', '`+900000d` is no time', 0],
  ['lastSeen:9999-12-31', '`9999-12-31` is no time', 0],
  ['lastSeen:>0000-01-01', '`0000-01-01` is no time', 0],
  ['event:12', 'expected the 32 hex digits', 0],
  ['issue:x', 'is not the number of an issue', 0],
  ['issue:0', 'is not the number of an issue', 0],
  ['browser:>3', 'name a value', 0],
  ['a -is:(new OR x)', '`is:x` is not known', 3],
  ['word '.repeat(1_000), 'longer than 4000', 4_000],
])('refuses %.60j with its place', (text, message, at) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({
      code: 'QUERY_INVALID',
      message: expect.stringContaining(message),
      facts: expect.objectContaining({ at }),
    }),
  )
})

test('a program has nothing assigned to it', () => {
  expect(() => readIssueQuery('x assigned:me', { ...moment, me: null })).toThrow(
    /asks for a person.*behind `x`: `assigned:me`/,
  )
})
