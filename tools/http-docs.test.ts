import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './command.ts'
import { routeTable } from './http-docs.ts'
import { openApi, openApiFile, openApiPath } from './openapi-docs.ts'

test('a route is a row, each method its own, with what its query takes', () => {
  const parameters = [
    { in: 'query', name: 'from', required: true },
    { in: 'path', name: 'id', required: true },
    { in: 'query', name: 'limit' },
  ]
  const table = routeTable({
    paths: { '/api/v1/runs': { get: { summary: 'Runs, newest first', parameters }, post: {} } },
  })
  expect(table).toContain(
    '| GET | `/api/v1/runs` | Runs, newest first | `from`* `limit` |\n| POST | `/api/v1/runs` |  |  |',
  )
})

test('docs/reference/openapi.json is what the server says now; else run `node tools/generated.ts`', async () => {
  const document = await openApi()
  expect(Object.keys(document.paths).length).toBeGreaterThan(30)
  expect(Object.keys(document.paths['/api/v1/projects/{project}/runs'] ?? {}).toSorted()).toEqual(['get', 'post'])
  expect(await readFile(join(root, openApiPath), 'utf8')).toBe(openApiFile(document))
})
