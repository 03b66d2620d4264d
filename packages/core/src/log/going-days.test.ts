import { expect, test } from 'vitest'
import { goingDays } from './going-days.ts'

const kept = (...sizes: (number | null)[]) =>
  sizes.map((bytes, index) => ({ day: `2026-03-0${index + 1}`, lines: 1, bytes }))
const going = (sizes: (number | null)[], since: string, bytes: number | null) =>
  goingDays(kept(...sizes), { since, bytes }).map(({ day }) => day.slice(-1))
const never = '2026-01-01T00:00:00.000Z'

test('days go that ended before the first instant that is kept, also the last one', () => {
  expect(going([1, 1, 1], '2026-03-03T00:00:00.000Z', null)).toEqual(['1', '2'])
  expect(going([1, 1, 1], '2026-03-02T23:59:59.999Z', null)).toEqual(['1'])
  expect(going([1, 1], '2026-04-01T00:00:00.000Z', null)).toEqual(['1', '2'])
})

test('the oldest days of what is too much go, and the last one stays', () => {
  expect(going([5, 3, 4], never, 12)).toEqual([])
  expect(going([5, 3, 4], never, 11)).toEqual(['1'])
  expect(going([5, 3, 4], never, 6)).toEqual(['1', '2'])
  expect(going([5, 3, 4], never, 0)).toEqual(['1', '2'])
  // What went because it is old is not there any more.
  expect(going([5, 3, 4], '2026-03-02T00:00:00.000Z', 7)).toEqual(['1'])
})

test('where the size of a day is not known none is too much', () => {
  expect(going([null, null], never, 1)).toEqual([])
})
