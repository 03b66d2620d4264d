import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startTicker } from './ticker.ts'

test('never works twice at once, and once more when asked meanwhile', async () => {
  let atOnce = 0
  let most = 0
  let done = 0
  const ticker = startTicker(
    60_000,
    async () => {
      most = Math.max(most, ++atOnce)
      await sleep(10)
      atOnce--
      done++
    },
    () => {},
  )
  ticker.nudge()
  ticker.nudge()
  ticker.nudge()
  await sleep(60)
  await ticker.stop()
  expect(most).toBe(1)
  expect(done).toBe(2)
})

test('goes on after a failure, and not after the stop', async () => {
  const failures: unknown[] = []
  const ticker = startTicker(
    5,
    async () => {
      throw new Error('no')
    },
    cause => failures.push(cause),
  )
  await sleep(40)
  await ticker.stop()
  const count = failures.length
  expect(count).toBeGreaterThan(1)
  ticker.nudge()
  await sleep(20)
  expect(failures.length).toBe(count)
})
