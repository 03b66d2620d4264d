import { expect, test } from 'vitest'
import { Pace } from './pace.ts'

function clock() {
  let at = 0
  return {
    now: () => at,
    sleep: async (ms: number) => {
      at += ms
    },
  }
}

test('three at once, then one a second for each action and machine; reading has more', async () => {
  const time = clock()
  const pace = new Pace()
  for (let i = 0; i < 3; i += 1) await pace.take('stop', 'm1', time)
  await pace.take('stop', 'm2', time)
  await pace.take('start', 'm1', time)
  expect(time.now()).toBe(0)
  for (let i = 0; i < 5; i += 1) await pace.take('stop', 'm1', time)
  expect(time.now()).toBe(5_000)
  for (let i = 0; i < 10; i += 1) await pace.take('get', 'm1', time)
  expect(time.now()).toBe(5_000)
  for (let i = 0; i < 5; i += 1) await pace.take('get', 'm1', time)
  expect(time.now()).toBe(6_000)
})

test('those who come at once stand in a line', async () => {
  const waited: number[] = []
  const pace = new Pace()
  const time = { now: () => 0, sleep: async (ms: number) => void waited.push(ms) }
  await Promise.all(Array.from({ length: 6 }, () => pace.take('create', 'shop', time)))
  expect(waited).toEqual([1_000, 2_000, 3_000])
})
