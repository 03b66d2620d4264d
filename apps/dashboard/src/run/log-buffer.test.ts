import { expect, test } from 'vitest'
import { LogBuffer } from './log-buffer.ts'

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ seq: from + i, step: 1, at: '', text: `line ${from + i}` }))
const seqs = (buffer: LogBuffer) => Array.from({ length: buffer.size }, (_, i) => buffer.at(i)?.seq)

test('keeps the newest lines and counts those that went', () => {
  const buffer = new LogBuffer(5)
  buffer.push(lines(1, 8))
  expect(seqs(buffer)).toEqual([4, 5, 6, 7, 8])
  expect(buffer.dropped).toBe(3)
  expect(buffer.lastSeq).toBe(8)
  expect(buffer.at(5)).toBeUndefined()
})

test('what comes twice is one line, and a gap is told', () => {
  const buffer = new LogBuffer()
  buffer.push(lines(1, 5))
  expect(buffer.push(lines(3, 7))).toEqual({ hasGap: false })
  expect(buffer.size).toBe(7)
  expect(buffer.push(lines(9, 9))).toEqual({ hasGap: true })
  expect(buffer.lastSeq).toBe(7)
})

test('finds lines by number and by text', () => {
  const buffer = new LogBuffer(100)
  buffer.push(lines(1, 250))
  expect(buffer.indexOf(151)).toBe(0)
  expect(buffer.indexOf(250)).toBe(99)
  expect(buffer.indexOf(3)).toBe(-1)
  expect(buffer.find('LINE 24')).toEqual([89, 90, 91, 92, 93, 94, 95, 96, 97, 98])
  expect(buffer.find('')).toEqual([])
})

test('a line is found among a hundred thousand', () => {
  const buffer = new LogBuffer()
  buffer.push(lines(1, 100_000))
  expect(buffer.find('line 99990')).toEqual([99_989])
})
