import { expect, test } from 'vitest'
import { countRead, facetsRead, type LinesRead, searchRead } from './judge-lines.ts'
import { lineIds, timePart } from './line-id.ts'
import type { ServiceLine } from './service-line.ts'
import { mostFacetLines } from './tally-facets.ts'

const line = (second: number, change: Partial<ServiceLine> = {}): ServiceLine => ({
  ...{ id: `l${second}`, project: 'shop', environment: 'production', release: null, service: 'web' },
  ...{ at: new Date(Date.UTC(2026, 2, 1, 8, 0, second)).toISOString(), level: 'info', message: `n${second}` },
  ...{ trace: null, fields: {} },
  ...change,
})
async function* read(...lines: (ServiceLine | null)[]): LinesRead {
  yield* lines
}
const seconds = (lines: { at: string }[]) => lines.map(({ at }) => new Date(at).getUTCSeconds())

test('a page is answered oldest first, whichever way it was read', async () => {
  const back = await searchRead(read(line(3), line(2), line(1)), { term: null, limit: 2 })
  expect([seconds(back.lines), back.hasMore, back.searchedBackTo]).toEqual([[2, 3], true, null])
  const on = await searchRead(read(line(1), line(2)), { term: null, after: 'l0' })
  expect([seconds(on.lines), on.hasMore]).toEqual([[1, 2], false])
})

test('what took too long says how far it came, also when nothing matched', async () => {
  const term = { kind: 'text', text: 'n9' } as const
  expect(await searchRead(read(line(3), line(2), null), { term })).toEqual({
    ...{ lines: [], hasMore: true },
    searchedBackTo: 'l2',
  })
  expect((await searchRead(read(null), { term, before: 'l7' })).searchedBackTo).toBe('l7')
  expect((await searchRead(read(null), { term })).searchedBackTo).toBe(null)
})

test('a bar of which a part was counted is left out', async () => {
  const counted = await countRead(read(line(7), line(6, { level: 'fatal' }), line(4), null), { term: null }, 5_000)
  expect(counted).toEqual({
    bars: [{ at: line(5).at, total: 2, errors: 1 }],
    countedFrom: line(5).at,
  })
  const to = line(10).at
  expect(await countRead(read(null), { term: null, to }, 5_000)).toEqual({ bars: [], countedFrom: line(15).at })
  const whole = await countRead(read(line(7), line(1)), { term: null }, 5_000)
  expect([seconds(whole.bars), whole.countedFrom]).toEqual([[0, 5], null])
})

test('facets say of how many lines they are, and whether of all', async () => {
  const term = { kind: 'is', name: 'service', value: 'web' } as const
  const some = await facetsRead(read(line(3), line(2, { service: 'api' }), null), { term })
  expect([some.lines, some.isWhole]).toEqual([1, false])
  expect((await facetsRead(read(line(3)), { term })).isWhole).toBe(true)
  const many = Array.from({ length: mostFacetLines + 1 }, () => line(1))
  expect(await facetsRead(read(...many), { term })).toMatchObject({ lines: mostFacetLines, isWhole: false })
})

test('ids sort by the time of a line, then as they were made', () => {
  const newId = lineIds('abc', () => 5_000)
  const made = [newId(2_000), newId(1_000), newId(1_000), newId(-5)]
  expect(made.toSorted()).toEqual([made[3], made[1], made[2], made[0]])
  expect(made[0]?.startsWith(timePart(2_000))).toBe(true)
})
