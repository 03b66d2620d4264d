import { expect, test } from 'vitest'
import type { Frame } from './error-event.ts'
import { onceOf, shareFrames } from './shared-frames.ts'

const frames = (): Frame[] => [{ file: 'a.ts', function: 'f', line: 1, column: 1, isInApp: true, context: null }]

test('what is made of shared frames is made once, by each that makes something of them', () => {
  const shared = shareFrames(frames())
  let made = 0
  const count = () => ++made
  const files = (of: readonly Frame[]) => of.map(({ file }) => file)
  expect([onceOf(shared, count), onceOf(shared, count)]).toEqual([1, 1])
  expect(onceOf(shared, files)).toBe(onceOf(shared, files))
})

test('what is nothing is made once, too', () => {
  const shared = shareFrames(frames())
  let asked = 0
  const nothing = () => {
    asked++
  }
  onceOf(shared, nothing)
  onceOf(shared, nothing)
  expect(asked).toBe(1)
})

test('frames of one event are read each time', () => {
  const own = frames()
  let made = 0
  expect([onceOf(own, () => ++made), onceOf(own, () => ++made)]).toEqual([1, 2])
})
