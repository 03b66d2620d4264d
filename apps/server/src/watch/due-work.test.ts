import { manualTimers } from '@gantry/watch/testing'
import { expect, test } from 'vitest'
import { earliest, startDueWork } from './due-work.ts'

const noon = Date.parse('2026-11-27T12:00:00.000Z')

/** `next` answers what the work answers: in so many milliseconds, never, or a failure. */
function working(next: (time: number) => number | null | Error, { tookMs = 0, paceMs = 100 } = {}) {
  const timers = manualTimers()
  const starts: number[] = []
  const failures: unknown[] = []
  const clock = { slept: 0 }
  const now = () => new Date(noon + timers.now() + clock.slept)
  const due = startDueWork({
    async work() {
      starts.push(timers.now())
      if (tookMs > 0) await new Promise<void>(resolve => timers.after(tookMs, resolve))
      const inMs = next(starts.length)
      if (inMs instanceof Error) throw inMs
      return inMs === null ? null : new Date(now().getTime() + inMs)
    },
    onError: cause => failures.push(cause),
    ...{ paceMs, now, timers },
  })
  return { timers, clock, due, starts, failures }
}

test('does nothing and sets no alarm while nothing changes and nothing is due', async () => {
  const { timers, due, starts } = working(() => null)
  await timers.advance(3_600_000)
  expect(starts).toEqual([])
  due.nudge()
  await timers.advance(3_600_000)
  expect(starts).toHaveLength(1)
  expect(timers.set()).toBe(0)
})

test('is done at the moment it named, however far that is, and not before', async () => {
  const { timers, due, starts } = working(time => (time === 1 ? 7_200_000 : null))
  due.nudge()
  await timers.advance(86_400_000)
  expect(starts).toEqual([0, 7_200_000])
})

test('a change brings it forward, and is answered within the pace', async () => {
  const { timers, due, starts } = working(() => 60_000)
  due.nudge()
  await timers.advance(10)
  due.nudge()
  due.nudge()
  await timers.advance(1_000)
  expect(starts).toEqual([0, 100])
  await timers.advance(59_100)
  expect(starts).toEqual([0, 100, 60_100])
})

test('is never done twice at once, and once more for what changed meanwhile', async () => {
  const { timers, due, starts } = working(() => null, { tookMs: 250 })
  due.nudge()
  await timers.advance(10)
  due.nudge()
  due.nudge()
  await timers.advance(1_000)
  expect(starts).toEqual([0, 250])
})

test('after the machine slept it is done soon, not as much later', async () => {
  const { timers, clock, due, starts } = working(time => (time === 1 ? 3_600_000 : null))
  due.nudge()
  await timers.advance(1_000)
  clock.slept = 8 * 3_600_000
  await timers.advance(30_000)
  expect(starts).toHaveLength(2)
})

test('what failed is tried again, ever more rarely, and at once when something changes', async () => {
  const { timers, due, starts, failures } = working(() => new Error('no database'))
  due.nudge()
  await timers.advance(60_000)
  expect(starts).toEqual([0, 2_000, 6_000, 14_000, 29_000, 44_000, 59_000])
  expect(failures).toHaveLength(7)
  due.nudge()
  expect(starts).toHaveLength(8)
})

test('the stop waits for what is going on, and nothing comes after it', async () => {
  const { timers, due, starts } = working(() => 10, { tookMs: 50 })
  due.nudge()
  due.nudge()
  await timers.advance(20)
  let isStopped = false
  const stopped = due.stop().then(() => {
    isStopped = true
  })
  await timers.advance(20)
  expect(isStopped).toBe(false)
  await timers.advance(10)
  await stopped
  due.nudge()
  await timers.advance(1_000)
  expect(starts).toEqual([0])
  expect(timers.set()).toBe(0)
})

test('the earliest of some moments is none where there is none', () => {
  expect(earliest([null, new Date(5), new Date(3)])).toEqual(new Date(3))
  expect(earliest([null])).toBeNull()
})
