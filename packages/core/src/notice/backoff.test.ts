import { expect, test } from 'vitest'
import { mostAttempts, nextAttemptMs } from './backoff.ts'

const failed = { kind: 'failed', error: 'status 500', retryAfterMs: null } as const

test('waits longer each time, up to five minutes', () => {
  expect([1, 2, 3, 10, 200].map(attempt => nextAttemptMs(attempt, failed))).toEqual([
    1_000, 2_000, 4_000, 300_000, 300_000,
  ])
})

test('waits at least as long as the receiver asked', () => {
  expect(nextAttemptMs(1, { ...failed, retryAfterMs: 30_000 })).toBe(30_000)
  expect(nextAttemptMs(10, { ...failed, retryAfterMs: 30_000 })).toBe(300_000)
})

test('gives up when refused, and after a day', () => {
  expect(nextAttemptMs(1, { kind: 'refused', error: 'status 400' })).toBeNull()
  expect(nextAttemptMs(mostAttempts, failed)).toBeNull()
})
