import type { PlacedSpan, TraceEvent, TraceLine, TraceView } from '@gantry/core/api'
import { expect, test } from 'vitest'
import { keyOfSpan, waterfallRows } from './waterfall-rows.ts'

const span = (id: string, depth: number, startMs: number, over: Partial<PlacedSpan> = {}) =>
  ({ id, depth, startMs, children: 0, hasFailed: false, ...over }) as PlacedSpan
const spans = [
  span('a', 0, 0),
  span('b', 1, 10),
  span('c', 2, 20, { hasFailed: true }),
  span('d', 1, 50),
  span('e', 0, 60),
]
const event = (id: string, of: string | null, startMs: number) => ({ id, span: of, startMs }) as TraceEvent
const line = (id: string, of: string | null, startMs: number) => ({ id, span: of, startMs }) as TraceLine
const trace = {
  spans,
  events: [event('E', 'b', 25)],
  lines: [line('L', 'a', 30), line('M', null, 55), line('N', 'a', 5), line('O', null, -3), line('P', 'd', 99)],
} as unknown as TraceView
const all = { folded: new Set<string>(), withLines: true, onlyFailed: false }
const shown = (choice: Partial<typeof all>, of = trace) =>
  waterfallRows(of, { ...all, ...choice }).map(
    row => `${'>'.repeat(row.depth)}${row.kind === 'span' ? row.span.id : row.key.slice(1)}`,
  )

test('what happened within a span stands among the spans below it, by its time; what names none, at the top', () => {
  expect(shown({})).toEqual(['O', 'a', '>N', '>b', '>>c', '>>E', '>L', '>d', '>>P', 'M', 'e'])
})

test('lines are left out when nobody wants them, errors never', () => {
  expect(shown({ withLines: false })).toEqual(['a', '>b', '>>c', '>>E', '>d', 'e'])
})

test('what is folded away is counted, and an error right in it stays', () => {
  const folded = new Set([keyOfSpan(span('b', 1, 10), 1)])
  expect(shown({ folded })).toEqual(['O', 'a', '>N', '>b', '>>E', '>L', '>d', '>>P', 'M', 'e'])
  const row = waterfallRows(trace, { ...all, folded }).find(({ key }) => folded.has(key))
  expect(row).toMatchObject({ hidden: 1 })
  expect(shown({ folded: new Set([keyOfSpan(span('a', 0, 0), 0)]) })).toEqual(['O', 'a', 'M', 'e'])
})

test('only what failed is what failed, where an error was met, and all above', () => {
  expect(shown({ onlyFailed: true, withLines: false })).toEqual(['a', '>b', '>>c', '>>E'])
})

test('a trace without a span is its errors and lines, by their time', () => {
  const bare = { spans: [], events: [event('E', null, 9)], lines: [line('L', null, 3)] } as unknown as TraceView
  expect(shown({}, bare)).toEqual(['L', 'E'])
})
