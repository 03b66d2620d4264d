import { expect, test } from 'vitest'
import { barMs, everyBar } from './histogram.ts'

const ranged = (minutes: number) => ({
  from: '2026-11-23T04:00:07.000Z',
  to: new Date(Date.parse('2026-11-23T04:00:07.000Z') + minutes * 60_000).toISOString(),
})

test('a bar stands for a round time, and a range has about sixty', () => {
  expect([1 / 60, 1, 15, 60, 360, 1440, 7 * 1440, 365 * 1440].map(minutes => barMs(ranged(minutes)) / 1_000)).toEqual([
    1,
    1,
    15,
    60,
    600,
    1_800,
    3 * 3_600,
    7 * 86_400,
  ])
  expect(barMs({ from: ranged(5).to, to: ranged(5).from })).toBe(1_000)
})

test('a time without a line has a bar of its own, so that its neighbours stay where they belong', () => {
  const found = [
    { at: '2026-11-23T04:00:00.000Z', total: 3, errors: 1 },
    { at: '2026-11-23T04:00:45.000Z', total: 5, errors: 0 },
  ]
  const whole = everyBar(found, ranged(1), 15_000)
  expect(whole.map(({ at, total }) => [at.slice(17, 19), total])).toEqual([
    ['00', 3],
    ['15', 0],
    ['30', 0],
    ['45', 5],
    ['00', 0],
  ])
  expect(whole[0]?.errors).toBe(1)
  expect(everyBar([], { from: ranged(0).from, to: ranged(0).from }, 1_000)).toEqual([])
})
