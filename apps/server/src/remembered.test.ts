import { beforeEach, expect, test } from 'vitest'
import { Remembered } from './remembered.ts'

let asked: string[] = []
let nowMs = 0
beforeEach(() => {
  asked = []
})
const ask = async (key: string) => {
  asked.push(key)
  if (key === 'bad') throw new Error('odd')
  return key.toUpperCase()
}

test('who asks at once asks once, and those that were asked for last are kept', async () => {
  const known = new Remembered({ most: 2, ask })
  expect(await Promise.all([known.get('a'), known.get('a'), known.get('b')])).toEqual(['A', 'A', 'B'])
  for (const key of ['a', 'c', 'a', 'b']) await known.get(key)
  expect(asked).toEqual(['a', 'b', 'c', 'b'])
  known.forget()
  await known.get('b')
  expect(asked).toHaveLength(5)
})

test('an answer holds as long as it says, and a failure not at all', async () => {
  const holds = { now: () => new Date(nowMs), forMs: (answer: string) => (answer === 'LONG' ? 10 : 1) }
  const known = new Remembered({ most: 9, ask, holds })
  const all = () => Promise.allSettled(['long', 'short', 'bad'].map(key => known.get(key)))
  await all()
  nowMs += 1
  await all()
  nowMs += 9
  await all()
  expect(asked).toEqual(['long', 'short', 'bad', 'short', 'bad', 'long', 'short', 'bad'])
})
