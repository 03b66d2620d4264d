import { expect, test } from 'vitest'
import { FacetTally } from './tally-facets.ts'

type Line = Parameters<FacetTally['add']>[0]
const line = (fields: Record<string, unknown>, more: object = {}): Line =>
  ({ message: 'm', level: 'info', service: 'web', environment: 'production', release: null, fields, ...more }) as Line
const named = (tally: FacetTally) => tally.facets().map(({ name }) => name)

test('what every line has comes first, then the fields that most lines have, each by its most usual values', () => {
  const tally = new FacetTally()
  for (const status of [500, 200, 200]) tally.add(line({ status, method: 'GET' }))
  tally.add(line({ method: 'GET' }, { level: 'error', release: 'r1' }))
  expect(named(tally)).toEqual(['level', 'service', 'environment', 'release', 'method', 'status'])
  expect(tally.facets().at(-1)?.values).toEqual([
    { value: '200', count: 2 },
    { value: '500', count: 1 },
  ])
  expect(tally.lines).toBe(4)
})

test('a field that tells each line apart is none, nor is one of long texts', () => {
  const tally = new FacetTally()
  for (let number = 0; number < 300; number++)
    tally.add(line({ id: `r-${number}`, kind: number % 2 ? 'a' : 'b', text: 'x'.repeat(200) }))
  expect(named(tally)).toEqual(['level', 'service', 'environment', 'kind'])
})

test('values and fields that are as usual as each other stand by name', () => {
  const tally = new FacetTally()
  for (const value of ['b', 'a', 'b', 'a']) tally.add(line({ two: value, one: value }))
  expect(named(tally).slice(3)).toEqual(['one', 'two'])
  expect(
    tally
      .facets()
      .at(-1)
      ?.values.map(({ value }) => value),
  ).toEqual(['a', 'b'])
})
