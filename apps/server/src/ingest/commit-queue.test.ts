import { expect, test } from 'vitest'
import { createCommitQueue } from './commit-queue.ts'

test('joins what arrives during a write into the next one', async () => {
  const writes: number[][] = []
  const queue = createCommitQueue<number>({ capacity: 100, batch: 10, write: async items => void writes.push(items) })
  await Promise.all([queue.add([1]), queue.add([2, 3]), queue.add([4])])
  expect(writes).toEqual([[1, 2, 3, 4]])
  expect(queue.waiting).toBe(0)
})

test('never writes more than a batch at once, unless one caller brought more', async () => {
  const writes: number[][] = []
  const queue = createCommitQueue<number>({ capacity: 100, batch: 3, write: async items => void writes.push(items) })
  await Promise.all([queue.add([1, 2]), queue.add([3, 4]), queue.add([5]), queue.add([6, 7, 8, 9])])
  expect(writes).toEqual([
    [1, 2],
    [3, 4, 5],
    [6, 7, 8, 9],
  ])
})

test('refuses when full, and keeps what was accepted', async () => {
  let release = () => {}
  const gate = new Promise<void>(done => {
    release = done
  })
  const stored: number[] = []
  const queue = createCommitQueue<number>({
    capacity: 2,
    batch: 10,
    write: async items => {
      await gate
      stored.push(...items)
    },
  })
  const accepted = queue.add([1, 2])
  await expect(queue.add([3])).rejects.toMatchObject({ code: 'INGEST_OVERLOADED' })
  release()
  await accepted
  await queue.drained()
  expect(stored).toEqual([1, 2])
})

test('counts bytes, too: a batch ends where they would be too many, and what waits is limited', async () => {
  const writes: string[][] = []
  const queue = createCommitQueue<string>({
    capacity: 100,
    batch: 100,
    bytes: { capacity: 100, batch: 50 },
    write: async items => void writes.push(items),
  })
  const accepted = [queue.add(['a'], 30), queue.add(['b'], 20), queue.add(['c'], 10), queue.add(['d'], 40)]
  await expect(queue.add(['e'], 1)).rejects.toThrow('100 of 100 bytes are taken')
  await Promise.all(accepted)
  expect(writes).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
  await queue.add(['alone'], 1_000)
  expect(writes.at(-1)).toEqual(['alone'])
})

test('a failed write fails its callers alone', async () => {
  let fail = true
  const queue = createCommitQueue<number>({
    capacity: 10,
    batch: 1,
    write: async () => {
      if (fail) throw new Error('disk full')
    },
  })
  await expect(queue.add([1])).rejects.toThrow('disk full')
  fail = false
  await expect(queue.add([2])).resolves.toBeUndefined()
})
