import { expect, test } from 'vitest'
import { frameFollower } from './frame-boundary.ts'

const frame = (length: number, isMasked = false) => {
  const size =
    length < 126
      ? [length]
      : length < 65_536
        ? [126, length >> 8, length & 255]
        : [127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255]
  const [first = 0, ...rest] = size
  return Buffer.concat([
    Buffer.from([0x82, first | (isMasked ? 0x80 : 0), ...rest]),
    Buffer.alloc((isMasked ? 4 : 0) + length),
  ])
}

test.each([0, 1, 125, 126, 65_535, 65_536])('finds the end of a frame of %i bytes, however it is cut', length => {
  for (const isMasked of [false, true]) {
    const bytes = frame(length, isMasked)
    for (const size of [1, 3, bytes.length]) {
      const frames = frameFollower()
      const ends: number[] = []
      for (let at = 0; at < bytes.length; at += size) {
        const end = frames.feed(bytes.subarray(at, at + size))
        if (end !== -1) ends.push(at + end)
      }
      expect(ends).toEqual([bytes.length])
      expect(frames.isBetweenFrames()).toBe(true)
    }
  }
})

test('answers the first end of several, and is inside after a part', () => {
  const frames = frameFollower()
  expect(frames.feed(Buffer.concat([frame(3), frame(4), frame(9).subarray(0, 5)]))).toBe(5)
  expect(frames.isBetweenFrames()).toBe(false)
  expect(frames.feed(frame(9).subarray(5))).toBe(6)
})
