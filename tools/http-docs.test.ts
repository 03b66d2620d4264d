import { expect, test } from 'vitest'
import { routeTable } from './http-docs.ts'

test('a route is a row, each method its own', () => {
  const table = routeTable({ paths: { '/api/v1/runs': { get: { summary: 'Runs, newest first' }, post: {} } } })
  expect(table).toContain('| GET | `/api/v1/runs` | Runs, newest first |\n| POST | `/api/v1/runs` |  |')
})
