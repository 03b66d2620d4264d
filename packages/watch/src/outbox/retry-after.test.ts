import { expect, test } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const now = new Date('1994-11-06T08:49:07.000Z')

test.each([
  ['seconds', '30', 30_000],
  ['seconds with room around them', ' 30 ', 30_000],
  ['a date', 'Sun, 06 Nov 1994 08:49:37 GMT', 30_000],
  ['a date as of RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT', 30_000],
  ['a date as of asctime', 'Sun Nov  6 08:49:37 1994', 30_000],
])('waits as long as asked: %s', (_form, header, ms) => expect(retryAfterMs(header, now)).toBe(ms))

test.each(['86400', '9'.repeat(400), 'Mon, 07 Nov 1994 08:49:37 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
  'waits an hour at most: %s',
  header => expect(retryAfterMs(header, now)).toBe(3_600_000),
)

test.each([
  null,
  '',
  '0',
  '-5',
  '1.5',
  '1e3',
  'soon',
  'Sun, 06 Nov 1994 08:49:07 GMT',
  'Sat, 05 Nov 1994 08:49:37 GMT',
  'Sun, 99 Nov 1994 08:49:37 GMT',
  '2094-11-06T08:49:37Z',
])('takes no wait from %s', header => expect(retryAfterMs(header, now)).toBeNull())
