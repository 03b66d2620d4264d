import { expect, test } from 'vitest'
import { isWithin, timesOf, widerRange } from './chosen-bars.ts'

const bars = ['10:00:00', '10:01:00', '10:02:00'].map(time => ({ at: `2026-11-28T${time}.000Z` }))

test('bars are chosen in either direction, from the beginning of the first to the end of the last', () => {
  const range = { from: '2026-11-28T10:01:00.000Z', to: '2026-11-28T10:03:00.000Z' }
  expect(timesOf(bars, 60_000, { begin: 1, end: 2 })).toEqual(range)
  expect(timesOf(bars, 60_000, { begin: 2, end: 1 })).toEqual(range)
  expect([0, 1, 2].map(index => isWithin({ begin: 2, end: 1 }, index))).toEqual([false, true, true])
  expect(isWithin(null, 0)).toBe(false)
})

test('a wider range has as much time again on either side, and none that is to come', () => {
  const now = Date.parse('2026-11-28T10:04:00.000Z')
  expect(widerRange('2026-11-28T10:00:00.000Z', '2026-11-28T10:01:00.000Z', now)).toEqual({
    ...{ from: '2026-11-28T09:59:00.000Z', to: '2026-11-28T10:02:00.000Z' },
  })
  expect(widerRange('2026-11-28T10:00:00.000Z', undefined, now)).toEqual({
    ...{ from: '2026-11-28T09:56:00.000Z', to: '2026-11-28T10:04:00.000Z' },
  })
})
