import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createScheduler } from './scheduler.ts'

test('spreads the starts, keeps the rhythm, and never runs a task twice at once', async () => {
  const starts = new Map<string, number[]>()
  let atOnce = 0
  const scheduler = createScheduler(
    async id => {
      starts.set(id, [...(starts.get(id) ?? []), performance.now()])
      if (id === 'slow') {
        atOnce++
        expect(atOnce).toBe(1)
        await sleep(90)
        atOnce--
      }
    },
    cause => {
      throw cause
    },
  )
  scheduler.set([
    { id: 'a', everyMs: 40 },
    { id: 'slow', everyMs: 40 },
  ])
  await sleep(300)
  await scheduler.stop()
  expect(starts.get('slow')?.[0] ?? 0).toBeGreaterThan(starts.get('a')?.[0] ?? Number.POSITIVE_INFINITY)
  expect(starts.get('a')?.length).toBeGreaterThanOrEqual(2)
  // Never more often than asked: a load can only make it less.
  expect(starts.get('a')?.length).toBeLessThanOrEqual(9)
  expect(starts.get('slow')?.length).toBeLessThanOrEqual(4)
  const count = starts.get('a')?.length
  await sleep(80)
  expect(starts.get('a')?.length).toBe(count)
})

test('takes tasks in and out while it runs, and goes on after a failure', async () => {
  const ran: string[] = []
  const failures: unknown[] = []
  const scheduler = createScheduler(
    async id => {
      ran.push(id)
      if (id === 'bad') throw new Error('no')
    },
    cause => failures.push(cause),
  )
  scheduler.set([{ id: 'bad', everyMs: 20 }])
  await sleep(70)
  scheduler.set([{ id: 'good', everyMs: 20 }])
  await sleep(30)
  const bad = ran.filter(id => id === 'bad').length
  scheduler.set([{ id: 'good', everyMs: 1_000 }])
  await sleep(60)
  await scheduler.stop()
  expect(failures.length).toBeGreaterThan(1)
  expect(ran.filter(id => id === 'bad').length).toBe(bad)
  expect(ran).toContain('good')
})
