import type { ServiceLine } from '@gantry/core/api'
import { expect, test } from 'vitest'
import { withNewer } from './with-newer.ts'

const lines = (...ids: string[]) => ids.map(id => ({ id }) as ServiceLine)
const held = { lines: lines('1', '2'), hasOlder: false, skipped: 0 }

test('appends what is newer, once', () => {
  const next = withNewer(held, { lines: lines('2', '3'), hasMore: false }, 10)
  expect(next.lines.map(({ id }) => id)).toEqual(['1', '2', '3'])
  expect(withNewer(next, { lines: lines('3'), hasMore: false }, 10)).toBe(next)
})

test('a line that came late stands where its time is', () => {
  const next = withNewer({ ...held, lines: lines('1', '3') }, { lines: lines('2', '4'), hasMore: false }, 10)
  expect(next.lines.map(({ id }) => id)).toEqual(['1', '2', '3', '4'])
})

test('keeps to its cap, and says that lines between are missing', () => {
  const next = withNewer(held, { lines: lines('8', '9'), hasMore: true }, 3)
  expect(next).toEqual({ lines: lines('2', '8', '9'), hasOlder: true, skipped: 1 })
})
