import { expect, test } from 'vitest'
import { hoursOf, slotsOf, type TrafficWindow, totalOf } from './traffic-window.ts'

const window = (second: number, requests: number, failures = 0, errors = 0): TrafficWindow => ({
  at: new Date(second * 1_000).toISOString(),
  requests,
  failures,
  errors,
})

test('a slot takes as many seconds as ten requests take, so that a client that retries stays in one or two', () => {
  const slow = Array.from({ length: 25 }, (_, second) => window(second, 1, second < 8 ? 1 : 0))
  expect(slotsOf(slow, 'failures')).toEqual([
    { trials: 10, bad: 8 },
    { trials: 10, bad: 0 },
  ])
  expect(slotsOf([window(0, 50, 5), window(1, 9), window(2, 3, 1)], 'failures')).toEqual([
    { trials: 50, bad: 5 },
    { trials: 12, bad: 1 },
  ])
})

test('where a slot ends does not depend on how its requests went', () => {
  const ends = (failures: number) => slotsOf([window(0, 6, failures), window(1, 6), window(2, 9)], 'failures')
  expect(ends(0).map(({ trials }) => trials)).toEqual(ends(6).map(({ trials }) => trials))
})

test('errors that come before their requests count with those that follow', () => {
  expect(slotsOf([window(0, 0, 0, 4), window(1, 10)], 'errors')).toEqual([{ trials: 10, bad: 4 }])
})

test('sums hours from the first window on, and everything', () => {
  const windows = [window(60, 5, 1), window(3_600, 5), window(3_660, 7, 2)]
  expect(hoursOf(windows, 'failures')).toEqual([
    { trials: 10, bad: 1 },
    { trials: 7, bad: 2 },
  ])
  expect(totalOf(windows, 'failures')).toEqual({ trials: 17, bad: 3 })
  expect(hoursOf([], 'failures')).toEqual([])
})
