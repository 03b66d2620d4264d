import { expect, test } from 'vitest'
import { legNames } from './leg-names.ts'

const names = (...jobs: [key: string, name: string][]) => [
  ...legNames(jobs.map(([key, name]) => ({ id: name, key, name }))).values(),
]

test('legs of a matrix are told by what they differ by, without what all of them share', () => {
  const legs = ['20', '22', '24'].map((node): [string, string] => [
    'test',
    `integration test (ubuntu-latest, ${node}, postgres)`,
  ])
  expect(names(...legs, ['lint', 'lint (fast)'])).toEqual([
    { name: 'integration test', leg: '20' },
    { name: 'integration test', leg: '22' },
    { name: 'integration test', leg: '24' },
    { name: 'lint (fast)', leg: null },
  ])
  expect(names(['t', 't (a, 1)'], ['t', 't (a, 2)'], ['t', 't (b, 1)']).map(({ leg }) => leg)).toEqual([
    'a, 1',
    'a, 2',
    'b, 1',
  ])
})

test('legs with names of their own are told by the word they end in, or by their whole name', () => {
  expect(names(['n', 'Node 20'], ['n', 'Node 22'])).toEqual([
    { name: 'Node', leg: '20' },
    { name: 'Node', leg: '22' },
  ])
  expect(names(['x', 'Build the site'], ['x', 'Test all']).map(({ name, leg }) => [name, leg])).toEqual([
    ['Build the site', null],
    ['Test all', null],
  ])
  expect(names(['x', 'same'], ['x', 'same'])[0]).toEqual({ name: 'same', leg: null })
})
