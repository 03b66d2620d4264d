import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { paced } from './paced.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Work that lasts until `finish`, with the number of times it was begun. */
function slowWork(mayRun = () => true) {
  let under = Promise.withResolvers<void>()
  const work = vi.fn(() => {
    under = Promise.withResolvers()
    return under.promise
  })
  return { work, finish: () => under.resolve(), paced: paced(work, { apartMs: 100, mayRun }) }
}

test('many wishes are one piece of work', async () => {
  const { work, paced: asked } = slowWork()
  for (let wish = 0; wish < 5; wish++) asked.soon()
  expect(work).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(100)
  expect(work).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(work).toHaveBeenCalledTimes(1)
})

test('what is wished for while the work is done is done once more behind it, not beside it', async () => {
  const { work, finish, paced: asked } = slowWork()
  asked.soon()
  await vi.advanceTimersByTimeAsync(100)
  asked.soon()
  asked.soon()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(work).toHaveBeenCalledTimes(1)
  finish()
  await vi.advanceTimersByTimeAsync(100)
  expect(work).toHaveBeenCalledTimes(2)
  finish()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(work).toHaveBeenCalledTimes(2)
})

test('nothing is done when it may not be any more, and it is taken up when asked again', async () => {
  let isVisible = true
  const { work, paced: asked } = slowWork(() => isVisible)
  asked.soon()
  isVisible = false
  await vi.advanceTimersByTimeAsync(100)
  asked.soon()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(work).not.toHaveBeenCalled()
  isVisible = true
  asked.soon()
  await vi.advanceTimersByTimeAsync(100)
  expect(work).toHaveBeenCalledTimes(1)
})

test('once stopped, nothing more is begun', async () => {
  const { work, finish, paced: asked } = slowWork()
  asked.soon()
  await vi.advanceTimersByTimeAsync(100)
  asked.soon()
  asked.stop()
  finish()
  asked.soon()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(work).toHaveBeenCalledTimes(1)
})
