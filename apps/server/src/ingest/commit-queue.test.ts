import { expect, test } from 'vitest'
import { createCommitQueue } from './commit-queue.ts'

const roomy = { capacity: 100, capacityBytes: 100 }

function gated() {
  const gate = Promise.withResolvers<void>()
  const stored: number[] = []
  const write = async (items: number[]) => {
    await gate.promise
    stored.push(...items)
  }
  return { gate, stored, write }
}

test('refuses when full, and keeps what was accepted', async () => {
  const { gate, stored, write } = gated()
  const queue = createCommitQueue<number>({ ...roomy, capacity: 2, write })
  const accepted = queue.add([1, 2])
  expect(queue.waiting).toBe(2)
  await expect(queue.add([3])).rejects.toMatchObject({ code: 'INGEST_OVERLOADED' })
  gate.resolve()
  await accepted
  expect([queue.waiting, stored]).toEqual([0, [1, 2]])
  await queue.add([4, 5])
  await expect(queue.add([6, 7, 8])).rejects.toThrow('0 of 2 places are taken')
})

test('counts bytes, too; one caller alone may bring more', async () => {
  const { gate, write } = gated()
  const queue = createCommitQueue<number>({ ...roomy, write })
  const accepted = [queue.add([1], 30), queue.add([2], 70)]
  await expect(queue.add([3], 1)).rejects.toThrow('100 of 100 bytes are taken')
  gate.resolve()
  await Promise.all(accepted)
  await queue.add([4], 1_000)
})

test('is drained when everything accepted was written, or failed', async () => {
  const { gate, stored, write } = gated()
  const queue = createCommitQueue<number>({ ...roomy, write: items => (items[0] === 0 ? gate.promise : write(items)) })
  const accepted = [queue.add([0]), queue.add([1])]
  let isDrained = false
  const drained = queue.drained().then(() => {
    isDrained = true
  })
  await new Promise(done => setTimeout(done, 10))
  expect(isDrained).toBe(false)
  gate.resolve()
  await drained
  expect(stored).toEqual([1])
  await Promise.all(accepted)
})

test('a failed write fails its caller alone, and frees its place', async () => {
  const queue = createCommitQueue<number>({
    ...roomy,
    capacity: 1,
    write: async ([item]) => {
      if (item === 1) throw new Error('disk full')
    },
  })
  await expect(queue.add([1])).rejects.toThrow('disk full')
  await queue.drained()
  await expect(queue.add([2])).resolves.toBeUndefined()
})
