import type { LogLine } from '@gantry/core/api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LogBuffer } from './log-buffer.ts'
import { logTail } from './log-tail.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const linesOf = (from: number, to: number): LogLine[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    seq: from + index,
    step: 1,
    at: '2026-11-23T04:00:00.000Z',
    text: `line ${from + index}`,
  }))

/** A job whose stored lines the test chooses; `gate` holds an answer back after it was read. */
function job(stored: LogLine[]) {
  const buffer = new LogBuffer()
  const state = { stored, gate: Promise.resolve(), fault: null as Error | null }
  const onLoaded = vi.fn()
  const onChange = vi.fn()
  async function* load(after: number) {
    if (state.fault) throw state.fault
    const page = state.stored.filter(({ seq }) => seq > after)
    await state.gate
    if (page.length > 0) yield page
  }
  const asked = vi.fn(load)
  const seqs = () => Array.from({ length: buffer.size }, (_, index) => buffer.at(index)?.seq)
  return { state, asked, seqs, onLoaded, onChange, tail: logTail({ buffer, load: asked, onChange, onLoaded }) }
}

const rest = () => vi.advanceTimersByTimeAsync(0)
const numbers = (to: number) => linesOf(1, to).map(({ seq }) => seq)

test('what is stored, then what is heard', async () => {
  const { tail, seqs, onLoaded } = job(linesOf(1, 3))
  tail.catchUp()
  await rest()
  tail.hear(linesOf(4, 5))
  expect(seqs()).toEqual(numbers(5))
  expect(onLoaded.mock.calls).toEqual([[null]])
})

test('lines heard while the last page is on its way are not lost, though nothing follows them', async () => {
  const { tail, seqs, state } = job(linesOf(1, 3))
  const { promise, resolve: answer } = Promise.withResolvers<void>()
  state.gate = promise
  tail.catchUp()
  await rest()
  tail.hear(linesOf(3, 4))
  tail.hear(linesOf(5, 5))
  answer()
  await rest()
  expect(seqs()).toEqual(numbers(5))
})

test('lines missing in front of what was heard are asked for until they are stored', async () => {
  const { tail, seqs, state, asked } = job(linesOf(1, 2))
  tail.catchUp()
  await rest()
  tail.hear(linesOf(5, 6))
  await rest()
  expect(seqs()).toEqual(numbers(2))
  state.stored = linesOf(1, 4)
  await vi.advanceTimersByTimeAsync(200)
  expect(seqs()).toEqual(numbers(6))
  const before = asked.mock.calls.length
  await vi.advanceTimersByTimeAsync(20_000)
  expect(asked).toHaveBeenCalledTimes(before)
})

test('lines that are never stored are asked for less and less often', async () => {
  const { tail, asked } = job(linesOf(1, 2))
  tail.catchUp()
  await rest()
  tail.hear(linesOf(5, 6))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked.mock.calls.length).toBeGreaterThan(5)
  expect(asked.mock.calls.length).toBeLessThan(20)
})

test('a job that wrote nothing yet begins with its first line, not with the one that is heard first', async () => {
  const { tail, seqs, state } = job([])
  tail.catchUp()
  await rest()
  tail.hear(linesOf(4, 4))
  await rest()
  expect(seqs()).toEqual([])
  state.stored = linesOf(1, 3)
  await vi.advanceTimersByTimeAsync(200)
  expect(seqs()).toEqual(numbers(4))
})

test('a refusal is told, and the next wish tries again', async () => {
  const { tail, seqs, state, onLoaded } = job(linesOf(1, 2))
  state.fault = new Error('no answer')
  tail.catchUp()
  await rest()
  expect(onLoaded).toHaveBeenLastCalledWith(state.fault)
  state.fault = null
  tail.catchUp()
  await rest()
  expect(seqs()).toEqual(numbers(2))
  expect(onLoaded).toHaveBeenLastCalledWith(null)
})

test('once stopped, it asks and tells nothing', async () => {
  const { tail, asked, onLoaded } = job(linesOf(1, 2))
  tail.catchUp()
  tail.stop()
  await rest()
  tail.catchUp()
  tail.hear(linesOf(9, 9))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(asked).toHaveBeenCalledTimes(1)
  expect(onLoaded).not.toHaveBeenCalled()
})
