import { expect, test } from 'vitest'
import { instantMs, spokenDuration } from './instant.ts'

test('reads an ISO instant', () => {
  expect(instantMs('1970-01-01T00:00:01.500Z')).toBe(1_500)
  expect(instantMs('yesterday')).toBeNaN()
})

test.each([
  [0, '0 s'],
  [-5, '0 s'],
  [59_000, '59 s'],
  [60_000, '1 min'],
  [61_000, '2 min'],
  [3_600_000, '1 h'],
  [90_000_000, '2 d'],
])('says %i ms as %s', (ms, spoken) => expect(spokenDuration(ms)).toBe(spoken))
