import { expect, test } from 'vitest'
import { waitMs } from './backoff.ts'

test('waits twice as long each time, up to fifteen seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 40].map(failures => waitMs(failures, 0.5))).toEqual([
    1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
  ])
})

test('pages that lost the same server come back up to fifteen percent earlier or later', () => {
  expect([0, 0.25, 1].map(random => waitMs(1, random))).toEqual([850, 925, 1_150])
  expect([0, 1].map(random => waitMs(9, random))).toEqual([12_750, 17_250])
})

test('never less than the first wait, however few failures are told, and never more than the last', () => {
  expect([0, -3].map(failures => waitMs(failures, 0.5))).toEqual([1_000, 1_000])
  expect(waitMs(5_000, 0.5)).toBe(15_000)
})
