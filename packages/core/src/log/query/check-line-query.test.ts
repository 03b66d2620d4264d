import { expect, test } from 'vitest'
import { checkLineQuery } from './check-line-query.ts'
import { readLineQuery } from './read-query.ts'

test.each([
  '',
  'refund* -path:/health (timeout OR "card declined")',
  'level:>=warning level:(error OR FATAL) -level:debug level:err* level:*',
  'time:>=2026-11-27T10:00Z time:..2026-11-28',
  '"level:loud" loud:level status:500..599',
])('takes %j as it is', typed => {
  expect(checkLineQuery(typed)).toEqual(readLineQuery(typed))
})

test.each([
  ['refund level:erorr', '`erorr` is no level; did you mean "error"?', 7, 'level:erorr'],
  ['a -level:(error OR loud)', '`loud` is no level', 3, 'level:(error'],
  ['level:info..loud', '`loud` is no level', 0, 'level:info..loud'],
  ['x time:>yesterday', '`yesterday` is no time', 2, 'time:>yesterday'],
  ['refund "card declined', '`"` is never closed', 7, '"card'],
  ['(timeout OR reset', '`(` is never closed', 0, '(timeout'],
  ['done) x', '`)` closes nothing', 4, ')'],
])('refuses %j with its place', (typed, message, at, there) => {
  expect(() => checkLineQuery(typed)).toThrow(
    expect.objectContaining({
      code: 'QUERY_INVALID',
      message: expect.stringContaining(message),
      facts: { query: typed, at, there },
    }),
  )
})
