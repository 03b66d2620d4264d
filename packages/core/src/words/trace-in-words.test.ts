import { expect, test } from 'vitest'
import type { TraceView } from '../api/traces.ts'
import { liveInTrace, spanTime, traceNotes } from './trace-in-words.ts'

test.each([
  [0, '0 ms'],
  [0.4249, '0.42 ms'],
  [12.34, '12.3 ms'],
  [843.4, '843 ms'],
  [999.6, '1 s'],
  [1_240, '1.24 s'],
  [59_999, '1 min 0 s'],
  [192_000, '3 min 12 s'],
  [7_500_000, '2 h 5 min'],
  [400 * 86_400_000, '400 d 0 h'],
])('%d ms are %s', (ms, text) => expect(spanTime(ms)).toBe(text))

const service = (over: object) => ({ service: 'backend', spans: 1, failed: 0, ownMs: 1, clockMs: 0, ...over })
const view = (over: object): TraceView =>
  ({
    ...{ spans: [{}], services: [service({})], lines: [{}, {}], missingParents: 0, circles: 0 },
    ...{ leftOut: { spans: 0, events: 0, lines: false }, ...over },
  }) as unknown as TraceView

test('a trace that is whole needs no word', () => expect(traceNotes(view({}))).toEqual([]))

test('what is missing, moved and left out is said, of one and of many', () => {
  const services = [service({ clockMs: 5_010 }), service({ service: null, clockMs: -90_000 })]
  expect(
    traceNotes(view({ services, missingParents: 1, circles: 1, leftOut: { spans: 4, events: 1, lines: true } })),
  ).toEqual([
    '4 of 5 spans are left out: the shortest of those that did not fail.',
    '1 span names a parent that did not arrive, and stands at the top.',
    '1 span led back to itself, and was cut out to stand at the top.',
    'The clock of backend is 5.01 s behind: its spans are moved into the calls that led to them.',
    'The clock of a service without a name is 1 min 30 s ahead: its spans are moved into the calls that led to them.',
    '1 further error of it is not shown.',
    'It has more lines than the newest 2 that are shown.',
  ])
  expect(
    traceNotes(view({ spans: [], missingParents: 2, circles: 2, leftOut: { spans: 0, events: 2, lines: false } })),
  ).toEqual([
    'No span of it is kept: its times are those of its errors and lines.',
    '2 spans name parents that did not arrive, and stand at the top.',
    '2 spans led back to themselves, and were cut out to stand at the top.',
    '2 further errors of it are not shown.',
  ])
})

test('a deployment stands before the trace or within it', () => {
  expect(liveInTrace(-240_000)).toBe('live for 4 min 0 s by then')
  expect(liveInTrace(120)).toBe('went live 120 ms into it')
})
