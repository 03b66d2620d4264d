import { expect, test } from 'vitest'
import { orderedAsBefore } from './ordered-as-before.ts'

test('a list being read keeps its order, shows the newest state, and counts what is new', () => {
  const newest = [
    { id: 'c', n: 9 },
    { id: 'b', n: 2 },
    { id: 'a', n: 5 },
  ]
  expect(orderedAsBefore(newest, ['a', 'b', 'gone'], ({ id }) => id)).toEqual({
    shown: [
      { id: 'a', n: 5 },
      { id: 'b', n: 2 },
    ],
    waiting: 1,
  })
})
