import { expect, it } from 'vitest'
import { typed } from '../testing/test-host.ts'
import { testServer } from '../testing/test-server.ts'

const at = '2026-11-27T12:00:00.000Z'
const view = {
  at,
  kinds: [
    {
      ...{ kind: 'lines', count: 1_200, bytes: 2_400_000, since: '2026-11-01T00:00:00.000Z' },
      ...{ keptFor: '30d', size: '20GB', isExported: true },
    },
    { kind: 'checks', count: 0, bytes: null, since: null, keptFor: '30d', size: null, isExported: false },
  ],
  deletions: [
    { kind: 'lines', day: '2026-10-31', count: 7, bytes: 900, why: 'size', exports: ['projects/shop/a.ndjson.gz'], at },
  ],
}

async function kept(argv: string[], answer: unknown = view) {
  const server = await testServer({ 'GET /api/v1/projects/shop/kept': () => answer })
  return (await typed(['kept', ...argv], { env: server.env })).out
}

it('says how much there is of each kind, since when, and what its limits are', async () => {
  const out = await kept([])
  expect(out).toMatch(/lines +1200 +2\.4 MB +2026-11-01 +30d +20GB +yes/)
  expect(out).toMatch(/checks +0 +– +– +30d +– +no/)
})

it('says what went, of which day, why, and what it was written to', async () => {
  expect(await kept(['--deleted'])).toMatch(
    /2026-11-27 12:00 +lines +2026-10-31 +7 +900 bytes +too much +projects\/shop\/a\.ndjson\.gz/,
  )
  expect(await kept(['--deleted'], { ...view, deletions: [] })).toContain('nothing was deleted yet')
  expect(JSON.parse(await kept(['--json']))).toEqual(view)
})
