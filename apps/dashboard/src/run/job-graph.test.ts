import { expect, test } from 'vitest'
import { jobGraph } from './job-graph.ts'

const job = (id: string, ...needs: string[]) => ({ id, key: id.split(' ')[0] ?? id, needs })

test('a job stands one column after the last it needs', () => {
  const { nodes, edges, columns, rows } = jobGraph([
    job('lint'),
    job('types'),
    job('test (a)', 'types'),
    job('test (b)', 'types'),
    job('gate', 'lint', 'test'),
  ])
  expect(nodes.map(({ id, column, row }) => [id, column, row])).toEqual([
    ['lint', 0, 0],
    ['types', 0, 1],
    ['test (a)', 1, 0],
    ['test (b)', 1, 1],
    ['gate', 2, 0],
  ])
  expect(edges.map(({ from, to }) => `${from.id} > ${to.id}`)).toEqual([
    'types > test (a)',
    'types > test (b)',
    'lint > gate',
    'test (a) > gate',
    'test (b) > gate',
  ])
  expect([columns, rows]).toEqual([3, 2])
})

test('a need that is missing, or a circle, still ends', () => {
  expect(jobGraph([job('a', 'gone')]).nodes[0]?.column).toBe(0)
  expect(jobGraph([job('a', 'b'), job('b', 'a')]).nodes).toHaveLength(2)
  expect(jobGraph([])).toEqual({ nodes: [], edges: [], columns: 0, rows: 0 })
})

test('two hundred jobs that need the two before them are placed: there are more ways through them than could be walked', () => {
  const jobs = Array.from({ length: 200 }, (_, i) => job(`j${i}`, ...(i > 1 ? [`j${i - 1}`, `j${i - 2}`] : [])))
  expect(jobGraph(jobs)).toMatchObject({ columns: 199 })
})
