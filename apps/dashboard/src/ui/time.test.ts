import { expect, test } from 'vitest'
import { absolute, clock, day, duration, everyReading, spoken } from './time.ts'

const now = Date.parse('2026-11-23T14:02:11.250Z')

test.each([
  [-5, '0s'],
  [40, '40ms'],
  [1_400, '1s'],
  [192_000, '3m 12s'],
  [120_000, '2m'],
  [3_840_000, '1h 4m'],
  [183_600_000, '2d 3h'],
])('a duration of %d ms reads %s', (ms, text) => expect(duration(ms)).toBe(text))

test('within a day a time is relative, then absolute, then with its year', () => {
  expect(spoken('2026-11-23T14:02:09Z', now)).toBe('now')
  expect(spoken('2026-11-23T13:58:00Z', now)).toBe('4m ago')
  expect(spoken('2026-11-23T14:07:11.250Z', now)).toBe('in 5m')
  expect(spoken('2026-11-21T14:02:00Z', now, 'UTC')).toBe('21 Nov 14:02')
  expect(absolute('2025-11-21T14:02:00Z', now, 'UTC')).toBe('21 Nov 2025 14:02')
})

test('a clock reads UTC unless it is told otherwise', () => {
  expect(clock('2026-11-23T04:12:07.113Z', { millis: true })).toBe('04:12:07.113')
  expect(clock('2026-11-23T04:12:07Z')).toBe('04:12:07')
  expect(day('2026-11-23T23:59:59Z')).toBe('Mon 23 Nov 2026')
})

test('a closer look says UTC, local and relative', () => {
  expect(everyReading('2026-11-23T13:58:00.000Z', now)).toMatch(/^2026-11-23 13:58:00 UTC\n.+\n4m ago$/)
})
