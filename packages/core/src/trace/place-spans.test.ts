import { expect, test } from 'vitest'
import { chooseSpans } from './choose-spans.ts'
import { placeSpans } from './place-spans.ts'
import type { TracedSpan } from './traced-span.ts'

const began = 1_795_844_612_000

/** `from` and `to` are milliseconds after the beginning. */
function span(id: string, parent: string | null, from: number, to: number, over: Partial<TracedSpan> = {}): TracedSpan {
  return {
    ...{ id, parent, name: id, op: null, kind: 'internal', service: 'web', environment: null, release: null },
    ...{ startMs: began + from, endMs: began + to, hasFailed: false, status: null },
    ...over,
  }
}
const lines = (spans: readonly TracedSpan[]) =>
  placeSpans(spans)?.spans.map(({ id, depth, startMs, ms }) => `${'>'.repeat(depth)}${id} ${startMs}+${ms}`)
const backend = { service: 'backend', kind: 'server' } as const

test('each stands below its parent, in the order they began, whatever order they came in', () => {
  const spans = [span('c', 'a', 50, 60), span('d', 'b', 12, 20), span('a', null, 0, 100), span('b', 'a', 10, 40)]
  expect(lines(spans)).toEqual(['a 0+100', '>b 10+30', '>>d 12+8', '>c 50+10'])
  expect(placeSpans(spans)?.spans.map(({ children }) => children)).toEqual([2, 1, 0, 0])
  expect(placeSpans([])).toBeNull()
})

test('own time is what no span below it accounts for; two that ran at once count once', () => {
  const spans = [span('a', null, 0, 100), span('b', 'a', 10, 40), span('c', 'a', 30, 60), span('late', 'a', 90, 130)]
  const placed = placeSpans(spans)
  expect(placed?.spans.map(({ id, ownMs }) => [id, ownMs])).toEqual([
    ['a', 40],
    ['b', 30],
    ['c', 30],
    ['late', 40],
  ])
  expect([placed?.startMs, placed?.endMs]).toEqual([began, began + 130])
})

test('a parent that did not arrive is named, and its children stand at the top', () => {
  const [root, lost] = placeSpans([span('a', null, 0, 10), span('b', 'gone', 2, 5)])?.spans ?? []
  expect([root?.missingParent, lost?.missingParent, lost?.parent, lost?.depth]).toEqual([null, 'gone', null, 0])
})

test.each([
  ['of one', [span('a', 'a', 0, 10)], ['a 0+10']],
  ['of three', [span('b', 'c', 5, 9), span('c', 'a', 7, 8), span('a', 'b', 2, 10)], ['a 0+8', '>c 5+1', '>>b 3+4']],
  ['with a tail', [span('t', 'a', 6, 7), span('a', 'b', 0, 9), span('b', 'a', 1, 8)], ['a 0+9', '>b 1+7', '>t 6+1']],
])('a circle %s is cut where it began first, and said', (_what, spans, expected) => {
  expect(lines(spans)).toEqual(expected)
  expect(
    placeSpans(spans)
      ?.spans.filter(({ isInCircle }) => isInCircle)
      .map(({ id }) => id),
  ).toEqual(['a'])
})

test('an id that two services made up belongs to both, and one that came twice is told of once', () => {
  const spans = [span('a', null, 0, 9), span('a', null, 0, 9), span('a', null, 1, 5, backend), span('b', 'a', 2, 3)]
  expect(chooseSpans(spans, 10)).toHaveLength(3)
  expect(lines(chooseSpans(spans, 10))).toEqual(['a 0+9', '>b 2+1', 'a 1+4'])
})

test('a service whose clock is behind is moved into the call, with all of its own below, and it is said by how much', () => {
  const spans = [
    span('call', null, 0, 100, { kind: 'client' }),
    span('answer', 'call', -5_000, -4_920, backend),
    span('query', 'answer', -4_990, -4_950, { service: 'backend' }),
    span('mail', 'query', 42, 44, { service: 'mail' }),
  ]
  expect(lines(spans)).toEqual(['call 0+100', '>answer 10+80', '>>query 20+40', '>>>mail 42+2'])
  expect(placeSpans(spans)?.clocks).toEqual([{ service: 'backend', byMs: 5_010, spans: 2 }])
})

test('a clock that is ahead is moved back into the call; one longer than the call begins with it', () => {
  expect(lines([span('call', null, 0, 10), span('answer', 'call', 90_000, 90_006, backend)])).toEqual([
    'call 0+10',
    '>answer 2+6',
  ])
  expect(lines([span('call', null, 0, 10), span('answer', 'call', -400, -300, backend)])).toEqual([
    'call 0+10',
    '>answer 0+100',
  ])
})

test('what nobody waits for may come later, and what differs by less than clocks do stays', () => {
  const later = [span('send', null, 0, 10), span('take', 'send', 7_000, 7_020, { service: 'jobs', kind: 'consumer' })]
  expect(lines(later)).toEqual(['send 0+10', '>take 7000+20'])
  const near = [span('call', null, 0, 10), span('answer', 'call', -1.5, 5, backend)]
  expect(placeSpans(near)?.clocks).toEqual([])
})

test('of too many those that failed and took longest stay, with all above them', () => {
  const short = Array.from({ length: 50 }, (_, index) => span(`s${index}`, 'a', index, index + 1))
  const spans = [
    ...short,
    span('a', null, 0, 100),
    span('b', 'a', 0, 60),
    span('wrong', 's7', 7, 7.5, { hasFailed: true }),
  ]
  expect(chooseSpans(spans, 4).map(({ id }) => id)).toEqual(['s7', 'a', 'b', 'wrong'])
  expect(chooseSpans([span('x', 'y', 0, 9), span('y', 'x', 1, 8), span('z', null, 0, 1)], 2)).toHaveLength(2)
})

test('twenty thousand in one another, in a circle, and all failed, are placed and bounded', () => {
  const deep = Array.from({ length: 20_000 }, (_, index) =>
    span(`d${index}`, index === 0 ? 'd19999' : `d${index - 1}`, index / 100, 300, { hasFailed: index > 15_000 }),
  )
  const spans = placeSpans(deep)?.spans
  expect([spans?.length, spans?.at(-1)?.depth]).toEqual([20_000, 19_999])
  expect(chooseSpans(deep, 10_000).length).toBeLessThanOrEqual(10_000)
})
