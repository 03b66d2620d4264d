import type { ServiceLine } from '@gantry/core/api'
import { expect, test } from 'vitest'
import { columnsOf, moved } from './columns.ts'

const line = (fields: object) => ({ message: 'm', fields }) as ServiceLine

test('a column is as wide as what stands in it, within bounds', () => {
  const lines = [line({ path: '/api/refunds' }), line({ path: 'x'.repeat(90), status: 500 })]
  expect(columnsOf(['time', 'path', 'status', 'none'], lines).map(({ width }) => width)).toEqual([12, 40, 6, 5])
  expect(columnsOf(['path'], lines.slice(0, 1))).toEqual([{ name: 'path', width: 12 }])
})

test('a column is moved by one place, and not out of its row', () => {
  expect(moved(['a', 'b', 'c'], 'c', -1)).toEqual(['a', 'c', 'b'])
  expect(moved(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c'])
  expect(moved(['a', 'b', 'c'], 'c', 1)).toEqual(['a', 'b', 'c'])
  expect(moved(['a', 'b'], 'none', 1)).toEqual(['a', 'b'])
})
