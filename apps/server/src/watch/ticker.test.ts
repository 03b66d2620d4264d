import { manualTimers } from '@gantry/watch/testing'
import { expect, test } from 'vitest'
import { startTicker } from './ticker.ts'

function ticking(everyMs: number, tookMs: number) {
  const timers = manualTimers()
  const starts: number[] = []
  let atOnce = 0
  let most = 0
  const ticker = startTicker(
    everyMs,
    () => {
      starts.push(timers.now())
      most = Math.max(most, ++atOnce)
      return new Promise(resolve => {
        timers.after(tookMs, () => {
          atOnce--
          resolve()
        })
      })
    },
    cause => {
      throw cause
    },
    timers,
  )
  return { timers, ticker, starts, most: () => most }
}

test('works at each tick, the first after one pause', async () => {
  const { timers, starts } = ticking(100, 10)
  await timers.advance(99)
  expect(starts).toEqual([])
  await timers.advance(201)
  expect(starts).toEqual([100, 200, 300])
})

test('never works twice at once, and once more when asked meanwhile', async () => {
  const { timers, ticker, starts, most } = ticking(60_000, 10)
  ticker.nudge()
  ticker.nudge()
  ticker.nudge()
  await timers.advance(1_000)
  expect(starts).toEqual([0, 10])
  expect(most()).toBe(1)
})

test('a tick that finds work going on is made up for at its end', async () => {
  const { timers, starts, most } = ticking(100, 250)
  await timers.advance(600)
  expect(starts).toEqual([100, 350, 600])
  expect(most()).toBe(1)
})

test('goes on after a failure, and not after the stop', async () => {
  const timers = manualTimers()
  const failures: unknown[] = []
  const ticker = startTicker(
    5,
    async () => {
      throw new Error('no')
    },
    cause => void failures.push(cause),
    timers,
  )
  await timers.advance(42)
  expect(failures).toHaveLength(8)
  await ticker.stop()
  ticker.nudge()
  await timers.advance(20)
  expect(failures).toHaveLength(8)
  expect(timers.set()).toBe(0)
})

test('the stop waits for what is going on', async () => {
  const { timers, ticker, starts } = ticking(100, 50)
  ticker.nudge()
  ticker.nudge()
  await timers.advance(20)
  let isStopped = false
  const stopped = ticker.stop().then(() => {
    isStopped = true
  })
  await timers.advance(29)
  expect(isStopped).toBe(false)
  await timers.advance(1)
  await stopped
  expect(starts).toEqual([0])
})
