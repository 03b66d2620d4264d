import { expect, test } from 'vitest'
import { readLineQuery, readTerms } from './read-query.ts'

const text = (said: string) => ({ kind: 'text', text: said })
const is = (name: string, value: string) => ({ kind: 'is', name, value })

test.each<[string, object | null]>([
  ['', null],
  ['   ', null],
  ['refund', text('refund')],
  ['"card declined"', text('card declined')],
  ['"never closed', text('never closed')],
  ['"a \\" b"', text('a " b')],
  ['a b', { kind: 'and', of: [text('a'), text('b')] }],
  ['a AND b', { kind: 'and', of: [text('a'), text('b')] }],
  ['a OR b c', { kind: 'or', of: [text('a'), { kind: 'and', of: [text('b'), text('c')] }] }],
  ['a || b', { kind: 'or', of: [text('a'), text('b')] }],
  ['(a OR b) c', { kind: 'and', of: [{ kind: 'or', of: [text('a'), text('b')] }, text('c')] }],
  ['-a', { kind: 'not', of: text('a') }],
  ['NOT a', { kind: 'not', of: text('a') }],
  ['-(a b)', { kind: 'not', of: { kind: 'and', of: [text('a'), text('b')] } }],
  ['a-b', text('a-b')],
  ['--force', text('--force')],
  ['ref*', { kind: 'like', name: null, pattern: 'ref*' }],
  ['"ref*"', text('ref*')],
  ['*', null],
  ['service:web', is('service', 'web')],
  ['env:production', is('environment', 'production')],
  ['http.statusCode:500', is('http_statuscode', '500')],
  ['@user.id:7', is('user_id', '7')],
  ['msg:"a b"', is('message', 'a b')],
  ['path:/api/x', is('path', '/api/x')],
  ['path:/api/*', { kind: 'like', name: 'path', pattern: '/api/*' }],
  ['level:WARNING', is('level', 'warn')],
  ['level:>=err', { kind: 'range', name: 'level', least: { value: 'error', isIncluded: true } }],
  ['ms:>5', { kind: 'range', name: 'ms', least: { value: '5', isIncluded: false } }],
  ['ms:<=5', { kind: 'range', name: 'ms', most: { value: '5', isIncluded: true } }],
  [
    'ms:1..5.5',
    { kind: 'range', name: 'ms', least: { value: '1', isIncluded: true }, most: { value: '5.5', isIncluded: true } },
  ],
  ['ms:1..*', { kind: 'range', name: 'ms', least: { value: '1', isIncluded: true } }],
  ['ms:*', { kind: 'has', name: 'ms' }],
  ['status:(500 OR 502)', { kind: 'or', of: [is('status', '500'), is('status', '502')] }],
  ['-status:(-5*)', { kind: 'not', of: { kind: 'not', of: { kind: 'like', name: 'status', pattern: '5*' } } }],
  ['https://shop.example/x', text('https://shop.example/x')],
  ['TypeError: x', { kind: 'and', of: [text('TypeError:'), text('x')] }],
  ['12:30', text('12:30')],
  ['a )', text('a')],
  ['(a', text('a')],
  ['()', null],
  ['OR', null],
  ['a OR', text('a')],
  ['-', text('-')],
  ['name:', text('name:')],
  ['a && b', { kind: 'and', of: [text('a'), text('b')] }],
  ['ms:..5', { kind: 'range', name: 'ms', most: { value: '5', isIncluded: true } }],
  ['ms:5..', { kind: 'range', name: 'ms', least: { value: '5', isIncluded: true } }],
  ['ms:..', is('ms', '..')],
  ['ms:<5', { kind: 'range', name: 'ms', most: { value: '5', isIncluded: false } }],
  ['ms:>="5 s"', { kind: 'range', name: 'ms', least: { value: '5 s', isIncluded: true } }],
  ['level:notice', is('level', 'info')],
  ['status:()', null],
  ['status:(-())', null],
  ['status:(user:7)', is('user', '7')],
  ['status:(user:7*)', { kind: 'like', name: 'user', pattern: '7*' }],
  ['-()', null],
])('reads %j', (typed, wanted) => expect(readLineQuery(typed)).toEqual(wanted))

test('reads whatever is typed, however deep', () => {
  expect(readLineQuery('('.repeat(3_000))).toBe(null)
  expect(readLineQuery(`${'-('.repeat(1_000)}a${')'.repeat(1_000)}`)).not.toBe(undefined)
})

test('what is odd is read all the same, and said with its place', () => {
  const flaws = (typed: string) => readTerms(typed).flaws.map(({ at, what }) => `${at}: ${what}`)
  expect(flaws('a ) b')).toEqual(['2: `)` closes nothing'])
  expect(flaws('a (b')).toEqual(['2: `(` is never closed'])
  expect(flaws('a "b')).toEqual(['2: `"` is never closed'])
  expect(flaws('a "')).toEqual(['2: `"` is never closed'])
  expect(flaws('a (b) "c"')).toEqual([])
  expect(flaws('a'.repeat(4_001))).toEqual(['4000: it is longer than 4000 characters'])
})

test('each term about a field has its place, also in a group and behind a no', () => {
  const { term, placeOf } = readTerms('a status:(500 OR -502)')
  const [word, either] = term?.kind === 'and' ? term.of : []
  const inner = either?.kind === 'or' ? either.of : []
  const negated = inner[1]?.kind === 'not' ? inner[1].of : undefined
  expect([either, ...inner, negated].map(each => each && placeOf(each))).toEqual([2, 2, 2, 2])
  expect(word && placeOf(word)).toBe(0)
})
