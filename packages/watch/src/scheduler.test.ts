import { expect, test } from 'vitest'
import { createScheduler } from './scheduler.ts'
import { manualTimers } from './testing/manual-timers.ts'
import { systemTimers } from './timers.ts'

/** Notes when each task began; `run` says how it goes on. */
function watched(run: (id: string) => Promise<void> = async () => {}) {
  const timers = manualTimers()
  const starts: [id: string, at: number][] = []
  const failures: unknown[] = []
  const scheduler = createScheduler({
    timers,
    run(id) {
      starts.push([id, timers.now()])
      return run(id)
    },
    onError: cause => void failures.push(cause),
  })
  const startsOf = (id: string) => starts.filter(([each]) => each === id).map(([, at]) => at)
  return { timers, scheduler, starts, startsOf, failures }
}

test('spreads the starts evenly and keeps the rhythm', async () => {
  const { timers, scheduler, starts } = watched()
  scheduler.set(['a', 'b', 'c', 'd'].map(id => ({ id, everyMs: 40 })))
  await timers.advance(85)
  expect(starts).toEqual([
    ['a', 0],
    ['b', 10],
    ['c', 20],
    ['d', 30],
    ['a', 40],
    ['b', 50],
    ['c', 60],
    ['d', 70],
    ['a', 80],
  ])
})

test('never runs a task twice at once, and a slow run does not shift the ones after it', async () => {
  let atOnce = 0
  let most = 0
  const { timers, scheduler, startsOf } = watched(id => {
    if (id !== 'slow') return Promise.resolve()
    most = Math.max(most, ++atOnce)
    return new Promise(resolve => {
      timers.after(90, () => {
        atOnce--
        resolve()
      })
    })
  })
  scheduler.set([
    { id: 'a', everyMs: 40 },
    { id: 'slow', everyMs: 40 },
  ])
  await timers.advance(300)
  expect(startsOf('a')).toEqual([0, 40, 80, 120, 160, 200, 240, 280])
  expect(startsOf('slow')).toEqual([20, 140, 260])
  expect(most).toBe(1)
})

test('after a pause of the machine it goes on in the old rhythm, and makes up for nothing', async () => {
  let lateBy = 0
  const timers = manualTimers()
  const starts: number[] = []
  const scheduler = createScheduler({
    timers: { ...timers, now: () => timers.now() + lateBy },
    run: async () => void starts.push(timers.now() + lateBy),
    onError: cause => {
      throw cause
    },
  })
  scheduler.set([{ id: 'a', everyMs: 40 }])
  await timers.advance(50)
  lateBy = 1e12 + 5
  await timers.advance(100)
  expect(starts).toEqual([0, 40, 1e12 + 85, 1e12 + 120])
})

test('a stop ends it: nothing starts after, and what runs is waited for', async () => {
  const { timers, scheduler, starts } = watched(() => new Promise(resolve => void timers.after(30, resolve)))
  scheduler.set([{ id: 'a', everyMs: 40 }])
  await timers.advance(45)
  let isStopped = false
  const stopped = scheduler.stop().then(() => {
    isStopped = true
  })
  await timers.advance(24)
  expect(isStopped).toBe(false)
  await timers.advance(1)
  expect(isStopped).toBe(true)
  await stopped
  await timers.advance(1_000)
  expect(starts).toEqual([
    ['a', 0],
    ['a', 40],
  ])
  expect(timers.set()).toBe(0)
})

test('takes tasks in and out while it runs; a task that stays keeps its rhythm', async () => {
  const { timers, scheduler, startsOf } = watched()
  scheduler.set([
    { id: 'stays', everyMs: 40 },
    { id: 'goes', everyMs: 40 },
  ])
  await timers.advance(70)
  scheduler.set([
    { id: 'stays', everyMs: 40 },
    { id: 'comes', everyMs: 20 },
  ])
  await timers.advance(50)
  expect(startsOf('stays')).toEqual([0, 40, 80, 120])
  expect(startsOf('goes')).toEqual([20, 60])
  expect(startsOf('comes')).toEqual([80, 100, 120])
})

test('a task whose rhythm changes is still not run twice at once', async () => {
  const { timers, scheduler, starts } = watched(() => new Promise(resolve => void timers.after(30, resolve)))
  scheduler.set([{ id: 'a', everyMs: 100 }])
  await timers.advance(10)
  scheduler.set([{ id: 'a', everyMs: 15 }])
  await timers.advance(40)
  expect(starts).toEqual([
    ['a', 0],
    ['a', 40],
  ])
})

test('goes on after a failure', async () => {
  const { timers, scheduler, startsOf, failures } = watched(async () => {
    throw new Error('no')
  })
  scheduler.set([{ id: 'bad', everyMs: 20 }])
  await timers.advance(65)
  expect(startsOf('bad')).toEqual([0, 20, 40, 60])
  expect(failures).toHaveLength(4)
})

test('waits longer than one timer can', async () => {
  const month = 30 * 24 * 3_600_000
  const waits: number[] = []
  const timers = manualTimers()
  let runs = 0
  const scheduler = createScheduler({
    timers: {
      now: timers.now,
      after(ms, act) {
        waits.push(ms)
        return timers.after(ms, act)
      },
    },
    run: async () => void runs++,
    onError: cause => {
      throw cause
    },
  })
  scheduler.set([{ id: 'a', everyMs: month }])
  await timers.advance(month - 1)
  expect(runs).toBe(1)
  await timers.advance(1)
  expect(runs).toBe(2)
  expect(Math.max(...waits)).toBe(2 ** 31 - 1)
})

test.each([0, -0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
  'refuses a rhythm of %d ms, and changes nothing',
  async everyMs => {
    const { timers, scheduler, starts } = watched()
    scheduler.set([{ id: 'a', everyMs: 40 }])
    expect(() =>
      scheduler.set([
        { id: 'b', everyMs: 10 },
        { id: 'bad', everyMs },
      ]),
    ).toThrow(new RangeError(`task bad: expected everyMs above zero, got ${everyMs}`))
    await timers.advance(40)
    expect(starts).toEqual([
      ['a', 0],
      ['a', 40],
    ])
  },
)

test('the timers of the system ring when asked, and not once disarmed', async () => {
  const from = systemTimers.now()
  let isDisarmedKept = true
  const disarm = systemTimers.after(1, () => {
    isDisarmedKept = false
  })
  disarm()
  await new Promise<void>(resolve => void systemTimers.after(20, resolve))
  // Node rounds to whole milliseconds, up or down.
  expect(systemTimers.now() - from).toBeGreaterThanOrEqual(19)
  expect(isDisarmedKept).toBe(true)
})
