import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { waitMs } from './backoff.ts'
import { holdStream, type LiveNews } from './connection.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const bodyOf = (...texts: string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text))
    },
  })

test('tries at most eight times in the first minute of a lost stream', () => {
  let at = 0
  let tries = 0
  for (let failures = 1; at <= 60_000; failures++) {
    at += waitMs(failures, 0)
    if (at <= 60_000) tries++
  }
  expect(tries).toBeLessThanOrEqual(8)
})

test('a session that is over is asked about once', async () => {
  const open = vi.fn(async () => new Response(null, { status: 401 }))
  const heard: LiveNews[] = []
  holdStream({ open, tell: news => heard.push(news), now: () => 0, random: () => 0 })
  await vi.advanceTimersByTimeAsync(600_000)
  expect(open).toHaveBeenCalledTimes(1)
  expect(heard).toEqual([{ kind: 'signed-out' }])
})

test('returns with the last id it heard, and says since when it was lost', async () => {
  const startedAt = Date.now()
  const ids: (string | null)[] = []
  const heard: LiveNews[] = []
  const open = async (lastId: string | null) => {
    ids.push(lastId)
    const hello = 'event: hello\ndata: {"at":"2026-11-23T04:00:00Z","lastId":"a-4"}\n\n'
    const event = 'id: 5\nevent: message\ndata: {"topic":"line","key":"x"}\n\n'
    if (ids.length === 2) throw new Error('refused')
    return new Response(bodyOf(hello, event))
  }
  const held = holdStream({ open, tell: news => heard.push(news), now: () => Date.now(), random: () => 0.5 })
  await vi.advanceTimersByTimeAsync(10)
  expect(heard.map(({ kind }) => kind)).toEqual(['live', 'event'])
  // A page that comes later hears it too, and its clock must not be late by then.
  expect(heard[0]).toEqual({ kind: 'live', aheadMs: Date.parse('2026-11-23T04:00:00Z') - startedAt })
  await vi.advanceTimersByTimeAsync(35_000)
  expect(heard.at(-1)?.kind).toBe('lost')
  await vi.advanceTimersByTimeAsync(4_000)
  held.stop()
  expect(ids).toEqual([null, '5', '5'])
  const lost = heard.filter(news => news.kind === 'lost')
  expect(new Set(lost.map(({ since }) => since)).size).toBe(1)
})
