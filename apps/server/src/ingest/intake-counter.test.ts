import type { IntakeCount } from '@gantry/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { IntakeCounter } from './intake-counter.ts'

let nowMs = Date.parse('2026-11-27T12:59:59.500Z')
let written: IntakeCount[][] = []
let used: { id: string; at: string }[][] = []
let failure: Error | null = null
let errors: unknown[] = []
let counter: IntakeCounter

beforeEach(() => {
  written = []
  used = []
  errors = []
  failure = null
  counter = new IntakeCounter({
    counts: {
      async add(counts) {
        if (failure) throw failure
        written.push([...counts])
      },
    },
    keys: { used: async uses => void used.push([...uses]) },
    now: () => new Date(nowMs),
    onError: cause => errors.push(cause),
  })
})
afterEach(() => counter.stop())

const shop = { project: 'shop', protocol: 'sentry', keyId: 'k' }
const taken = { category: 'error', outcome: 'taken', reason: '', quantity: 1 } as const

test('a thousand items of a kind are one row an hour, and one use of their key', async () => {
  for (let count = 0; count < 1_000; count++) counter.add(shop, [taken])
  nowMs += 500
  counter.add(shop, [taken, { ...taken, outcome: 'dropped', reason: 'not-kept', quantity: 3 }])
  await counter.flush()
  expect(written.flat().map(({ hour, reason, quantity }) => [hour, reason, quantity])).toEqual([
    ['2026-11-27T12:00:00.000Z', '', 1_000],
    ['2026-11-27T13:00:00.000Z', '', 1],
    ['2026-11-27T13:00:00.000Z', 'not-kept', 3],
  ])
  expect(used).toEqual([[{ id: 'k', at: '2026-11-27T13:00:00.000Z' }]])
})

test('what could not be written is written the next time, with what came since', async () => {
  failure = new Error('no database')
  counter.add(shop, [taken])
  await counter.flush()
  failure = null
  counter.add(shop, [taken])
  counter.add({ ...shop, keyId: '' }, [taken])
  await counter.stop()
  expect(errors).toHaveLength(1)
  expect(written.flat().map(({ keyId, quantity }) => [keyId, quantity])).toEqual([
    ['k', 2],
    ['', 1],
  ])
})

test('writes by itself a second after the first, and waits for nothing while nothing comes in', async () => {
  vi.useFakeTimers()
  try {
    expect(vi.getTimerCount()).toBe(0)
    counter.add(shop, [taken])
    failure = new Error('no database')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(errors).toHaveLength(1)
    failure = null
    await vi.advanceTimersByTimeAsync(1_000)
    expect(written.flat().map(({ quantity }) => quantity)).toEqual([1])
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})
