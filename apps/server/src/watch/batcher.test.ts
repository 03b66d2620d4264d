import { expect, test, vi } from 'vitest'
import { createBatcher } from './batcher.ts'

test('hands on everything once, in order, also at the stop', async () => {
  const written: number[][] = []
  const batcher = createBatcher<number>({
    afterMs: 60_000,
    write: async items => void written.push(items),
    onError: () => {},
  })
  batcher.add([1])
  batcher.add([2, 3])
  await batcher.flush()
  batcher.add([4])
  await batcher.stop()
  expect(written).toEqual([[1, 2, 3], [4]])
})

test('keeps what could not be written for the next time', async () => {
  const written: number[][] = []
  const errors: unknown[] = []
  let isDown = true
  const batcher = createBatcher<number>({
    afterMs: 60_000,
    write: async items => {
      if (isDown) throw new Error('down')
      written.push(items)
    },
    onError: cause => errors.push(cause),
  })
  batcher.add([1])
  await batcher.flush()
  isDown = false
  batcher.add([2])
  await batcher.stop()
  expect(errors).toHaveLength(1)
  expect(written).toEqual([[1, 2]])
})

test('what there is no room for any more is told, the oldest of it', async () => {
  const dropped: number[] = []
  const batcher = createBatcher<number>({
    afterMs: 60_000,
    write: async () => Promise.reject(new Error('down')),
    onError: () => {},
    onDropped: items => dropped.push(...items),
  })
  batcher.add(Array.from({ length: 50_002 }, (_, index) => index))
  await batcher.flush()
  expect(dropped).toEqual([0, 1])
  batcher.add([50_002])
  await batcher.stop()
  expect(dropped).toEqual([0, 1, 2])
})

test('hands on by itself, a while after the first, and waits for nothing while nothing comes', async () => {
  vi.useFakeTimers()
  try {
    const written: number[][] = []
    let isDown = false
    const batcher = createBatcher<number>({
      afterMs: 200,
      async write(items) {
        if (isDown) throw new Error('down')
        written.push(items)
      },
      onError: () => {},
    })
    expect(vi.getTimerCount()).toBe(0)
    batcher.add([])
    expect(vi.getTimerCount()).toBe(0)
    batcher.add([1])
    await vi.advanceTimersByTimeAsync(150)
    batcher.add([2])
    await vi.advanceTimersByTimeAsync(60)
    expect(written).toEqual([[1, 2]])
    expect(vi.getTimerCount()).toBe(0)
    isDown = true
    batcher.add([3])
    await vi.advanceTimersByTimeAsync(200)
    isDown = false
    await vi.advanceTimersByTimeAsync(200)
    expect(written).toEqual([[1, 2], [3]])
    await batcher.stop()
  } finally {
    vi.useRealTimers()
  }
})
