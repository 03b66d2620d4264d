import { expect, test } from 'vitest'
import { mostSeries, type SpreadCell, spreadSeries } from './issue-spread.ts'

const cell = (bucket: number, release: string | null, events: number, environment = 'production'): SpreadCell => ({
  ...{ bucket, release, events, environment },
})
const told = (cells: SpreadCell[], all: number[], by: 'release' | 'environment' = 'release') =>
  spreadSeries(cells, by, all).map(({ kind, name, counts }) => [kind, name, counts])

test('series are told apart, those with the most events first, and what says none comes behind', () => {
  const cells = [cell(0, 'r1', 1), cell(1, 'r2', 5), cell(1, null, 9), cell(1, 'r1', 2, 'staging')]
  expect(told(cells, [1, 16])).toEqual([
    ['one', 'r2', [0, 5]],
    ['one', 'r1', [1, 2]],
    ['none', '', [0, 9]],
  ])
  expect(told(cells, [1, 16], 'environment')).toEqual([
    ['one', 'production', [1, 14]],
    ['one', 'staging', [0, 2]],
  ])
})

test('further ones are one series, and what was counted by its time alone another', () => {
  const cells = Array.from({ length: mostSeries + 2 }, (_, index) => cell(0, `r${index}`, 10 - index))
  const series = told(cells, [60, 7])
  expect(series).toHaveLength(mostSeries + 2)
  expect(series.slice(mostSeries)).toEqual([
    ['others', '', [9, 0]],
    ['untold', '', [11, 7]],
  ])
  expect(told([], [0, 0])).toEqual([])
  expect(told([cell(0, 'r1', 5)], [3])).toEqual([['one', 'r1', [5]]])
})
