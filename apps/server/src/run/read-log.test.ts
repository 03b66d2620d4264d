import type { LogLine } from '@gantry/core'
import { expect, test } from 'vitest'
import { linesAtOnce, readLog, wholeLog } from './read-log.ts'

/** A job whose steps wrote so many lines each, and how often it was asked. */
function written(...steps: number[]) {
  const lines: LogLine[] = steps.flatMap((count, step) =>
    Array.from({ length: count }, () => ({ seq: 0, step: step + 1, at: '2026-11-23T10:00:00.000Z', text: '' })),
  )
  for (const [index, line] of lines.entries()) Object.assign(line, { seq: index + 1, text: `line ${index + 1}` })
  const asked = { count: 0, lines: 0 }
  const runs = {
    async log(_run: string, _job: string, { after, limit }: { after: number; limit: number }) {
      const page = lines.slice(after, after + limit)
      asked.count++
      asked.lines += page.length
      return page
    },
  }
  return { runs, asked }
}
const usual = { after: 0, limit: linesAtOnce }
const texts = (read: { lines: LogLine[] }) => read.lines.map(({ text }) => text)

test('from a line on, with what follows and what stands before', async () => {
  const { runs, asked } = written(4)
  expect(await readLog(runs, 'r', 'j', { after: 1, limit: 2 })).toMatchObject({
    lines: [{ seq: 2 }, { seq: 3 }],
    hasMore: true,
    hasEarlier: true,
  })
  expect(asked.lines).toBe(3)
  expect(await readLog(runs, 'r', 'j', { after: 0, limit: 4 })).toMatchObject({ hasMore: false, hasEarlier: false })
})

test.each([0, 1, 2, 3, 7, 8, 9])('the last three of %i lines', async count => {
  const { runs } = written(count)
  const read = await readLog(runs, 'r', 'j', { ...usual, tail: 3 })
  expect(texts(read)).toEqual([count - 2, count - 1, count].filter(seq => seq > 0).map(seq => `line ${seq}`))
  expect(read).toMatchObject({ hasMore: false, hasEarlier: count > 3 })
})

test('the end of a long log is found without reading the log', async () => {
  const { runs, asked } = written(1_000_000)
  expect(texts(await readLog(runs, 'r', 'j', { ...usual, tail: 2 }))).toEqual(['line 999999', 'line 1000000'])
  expect(asked.count).toBeLessThan(60)
  expect(asked.lines).toBeLessThan(60)
})

test('one step only, whole, from its end, and as text, over more than one page', async () => {
  const { runs } = written(2, linesAtOnce + 1, 3)
  expect(texts(await readLog(runs, 'r', 'j', { ...usual, step: 1 }))).toEqual(['line 1', 'line 2'])
  expect(await readLog(runs, 'r', 'j', { ...usual, step: 2 })).toMatchObject({ hasMore: true })
  const end = await readLog(runs, 'r', 'j', { ...usual, step: 2, tail: 2 })
  expect(texts(end)).toEqual([`line ${linesAtOnce + 2}`, `line ${linesAtOnce + 3}`])
  expect(end).toMatchObject({ hasMore: false, hasEarlier: true })
  expect(await readLog(runs, 'r', 'j', { ...usual, step: 9, tail: 2 })).toEqual({
    lines: [],
    hasMore: false,
    hasEarlier: false,
  })
  expect(await wholeLog(runs, 'r', 'j', 3)).toBe(
    `line ${linesAtOnce + 4}\nline ${linesAtOnce + 5}\nline ${linesAtOnce + 6}\n`,
  )
  expect((await wholeLog(runs, 'r', 'j')).split('\n')).toHaveLength(linesAtOnce + 7)
})
