import { expect, test } from 'vitest'
import { decideForward, type ForwardOutcome, freshForward, limitedNow, pausedUntil } from './decide-forward.ts'
import type { ForwardState } from './forward-store.ts'

/** A row of errors was sent. */
const decide = (state: ForwardState, outcome: ForwardOutcome, now: string, rows = [['error']]) =>
  decideForward(state, outcome, now, rows)
const at = (second: number) => new Date(Date.UTC(2026, 10, 28, 12, 0, second)).toISOString()
const failed = (over: Partial<Extract<ForwardOutcome, { kind: 'failed' }>> = {}): ForwardOutcome => ({
  ...{ kind: 'failed', error: 'status 503', retryAfterMs: null, limits: {} },
  ...over,
})

test('what fails is tried after a second, then after twice as long each time, and after five minutes at most', () => {
  const once = decide(freshForward, failed(), at(0))
  expect(once).toMatchObject({ failures: 1, pausedUntil: at(1), lastError: 'status 503', lastErrorAt: at(0) })
  expect(decide(once, failed(), at(1)).pausedUntil).toBe(at(3))
  expect(decide({ ...once, failures: 60 }, failed(), at(0)).pausedUntil).toBe(at(300))
})

test('a receiver that says how long to wait decides', () => {
  const state = decide({ ...freshForward, failures: 3 }, failed({ retryAfterMs: 20_000 }), at(0))
  expect(state.pausedUntil).toBe(at(20))
  expect([pausedUntil(state, at(19)), pausedUntil(state, at(20))]).toEqual([at(20), null])
})

test('a limit of one category holds up that one, and a limit of all holds up all', () => {
  const some = decide(freshForward, failed({ limits: { error: at(60) }, retryAfterMs: 60_000 }), at(0))
  expect(some.pausedUntil).toBeNull()
  expect([limitedNow(some, at(59)), limitedNow(some, at(60))]).toEqual([['error'], []])
  const all = decide(some, { kind: 'sent', limits: { '': at(30) } }, at(1))
  expect(pausedUntil(all, at(2))).toBe(at(30))
  expect(all.limits).toEqual({ error: at(60), '': at(30) })
})

test('what arrives ends the pause, and limits that are over are forgotten', () => {
  const paused = decide(decide(freshForward, failed({ limits: { error: at(5) } }), at(0)), failed(), at(1))
  expect(decide(paused, { kind: 'sent', limits: {} }, at(9))).toEqual({
    ...{ failures: 0, pausedUntil: null, limits: {}, lastSentAt: at(9) },
    ...{ lastError: 'status 503', lastErrorAt: at(1) },
  })
})

test('a body that is refused holds up no other', () => {
  const state = decide(freshForward, { kind: 'refused', error: 'status 413' }, at(4))
  expect(state).toEqual({ ...freshForward, lastError: 'status 413', lastErrorAt: at(4) })
})

test('a limit that names nothing of what was sent is a failure like any other', () => {
  const limits = { transaction: at(60) }
  expect(decide(freshForward, failed({ limits }), at(0)).pausedUntil).toBe(at(1))
  expect(decide(freshForward, failed({ limits, retryAfterMs: 9_000 }), at(0)).pausedUntil).toBe(at(9))
  expect(decide(freshForward, failed({ limits }), at(0), [['error', 'transaction'], ['session']]).pausedUntil).toBe(
    at(1),
  )
  expect(decide(freshForward, failed({ limits }), at(0), [['error', 'transaction']]).pausedUntil).toBeNull()
})
