import { expect, test } from 'vitest'
import { toldUntil } from './told-until.ts'

test.each([
  ['nothing is being written', null, '998000'],
  ['a write that began ten seconds ago is under way', 990_000.7, '988000'],
  ['a clock that went back says that one begins later', 1_000_500, '998000'],
  ['a write hangs', 0, '878000'],
])('what came is told up to a moment before: %s', (_why, beganMs, cursor) => {
  expect(toldUntil(1_000_000, beganMs)).toBe(cursor)
})
