import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { groupCommit } from './group-commit.ts'

function commit(
  most: { items: number; bytes: number },
  write: (items: number[]) => Promise<void> = async () => {},
  gatherMs = 50,
) {
  const writes: number[][] = []
  const add = groupCommit<number, string>({
    most,
    gather: { from: 3, ms: gatherMs },
    bytesOf: item => item,
    async write(items) {
      writes.push(items)
      await write(items)
      return items.map(item => `stored ${item}`)
    },
  })
  return { add, writes }
}

test('what comes together is written together, and each caller is told of its own', async () => {
  const { add, writes } = commit({ items: 10, bytes: 100 })
  expect(await Promise.all([add([1]), add([2, 3]), add([4])])).toEqual([
    ['stored 1'],
    ['stored 2', 'stored 3'],
    ['stored 4'],
  ])
  expect(writes).toEqual([[1, 2, 3, 4]])
})

test('what comes during a write is in the next one', async () => {
  const gate = Promise.withResolvers<void>()
  const { add, writes } = commit({ items: 10, bytes: 100 }, ([first]) =>
    first === 1 ? gate.promise : Promise.resolve(),
  )
  const answers = [add([1])]
  await Promise.resolve()
  answers.push(add([2]), add([3]))
  expect(writes).toEqual([[1]])
  gate.resolve()
  await Promise.all(answers)
  expect(writes).toEqual([[1], [2, 3]])
})

test('a batch ends where it would be too many or too large; one caller alone may bring more', async () => {
  const many = commit({ items: 3, bytes: 100 })
  await Promise.all([many.add([1, 2]), many.add([3, 4]), many.add([5]), many.add([6, 7, 8, 9])])
  expect(many.writes).toEqual([
    [1, 2],
    [3, 4, 5],
    [6, 7, 8, 9],
  ])
  const large = commit({ items: 10, bytes: 50 })
  await Promise.all([large.add([30]), large.add([20]), large.add([10, 20]), large.add([70]), large.add([1])])
  expect(large.writes).toEqual([[30, 20], [10, 20], [70], [1]])
})

test('a failed batch fails its callers alone', async () => {
  const { add } = commit({ items: 1, bytes: 100 }, async ([first]) => {
    if (first === 1) throw new Error('disk full')
  })
  const answers = await Promise.allSettled([add([1]), add([2])])
  expect(answers).toMatchObject([{ reason: { message: 'disk full' } }, { value: ['stored 2'] }])
  expect(await add([3])).toEqual(['stored 3'])
})

test('after a write for many the next one waits for company, after one for a few it does not', async () => {
  const { add, writes } = commit({ items: 10, bytes: 100 })
  await Promise.all([add([1]), add([2]), add([3])])
  const late = [add([4])]
  await sleep(5)
  late.push(add([5]))
  expect(writes).toEqual([[1, 2, 3]])
  await Promise.all(late)
  const after = [add([6])]
  await sleep(5)
  after.push(add([7]))
  await Promise.all(after)
  expect(writes).toEqual([[1, 2, 3], [4, 5], [6], [7]])
})

test('what fills a batch does not wait for company', async () => {
  const { add, writes } = commit({ items: 3, bytes: 100 }, undefined, 3_600_000)
  await Promise.all([1, 2, 3, 4, 5, 6].map(item => add([item])))
  expect(writes).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ])
})
