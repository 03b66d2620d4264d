import { expect, it } from 'vitest'
import * as sample from '../testing/samples.ts'
import { typed } from '../testing/test-host.ts'
import { type Answer, testServer } from '../testing/test-server.ts'

const at = '/api/v1/projects/shop'
const sha = (digit: string) => digit.repeat(40)

async function asked(argv: string[], answers: Record<string, Answer>) {
  const server = await testServer(answers)
  return { ...(await typed(['releases', ...argv], { env: server.env, now: sample.now })), asked: server.asked }
}

it('compares two releases, and needs both', async () => {
  const commit = { sha: sha('b'), title: 'Sell carts', author: 'Kim', at: sample.at }
  const comparison = {
    ...{ from: sha('a'), to: sha('b'), commits: [commit], takenBack: [], files: ['package.json'] },
    ...{ authors: [{ author: 'Kim', commits: 1 }], migrations: { added: [], missing: [] } },
    variables: [{ file: '.env.example', name: 'B', change: 'added' }],
    env: { from: 'production', to: 'production', changes: [{ service: 'api', name: 'KEY', change: 'changed' }] },
    dependencies: [{ file: 'package.json', name: 'zod', from: '4.1.0', to: null }],
  }
  const { code, out } = await asked(['compare', 'bbbb', 'aaaa'], {
    [`GET ${at}/releases/bbbb/compare`]: ({ query }) => (query['since'] === 'aaaa' ? comparison : {}),
  })
  expect(code).toBe(0)
  expect(out).toContain('bbbbbbb since aaaaaaa\n\n1 commit\n  bbbbbbb Sell carts  Kim\n')
  expect(out).toContain('B added in .env.example')
  expect(out).toContain('started with in production\n  KEY changed  api\n')
  expect(out).toContain('zod 4.1.0 → taken out')
  expect((await asked(['compare', 'bbbb'], {})).code).toBe(2)
})

it('prints release notes as they are', async () => {
  const { out } = await asked(['notes', 'bbbb', 'aaaa'], {
    [`GET ${at}/releases/bbbb/notes`]: () => ({ notes: '# bbbbbbb\n\nSince aaaaaaa.\n' }),
  })
  expect(out).toBe('# bbbbbbb\n\nSince aaaaaaa.\n')
})

it('says of each figure how it is counted, of nothing what will fill it, and the figures of each service', async () => {
  const figure = (value: number | null, of: number) => ({
    ...{ value, of, meaning: `counted like ${of}`, sources: [] },
    fills: of === 0 ? 'the first fills it' : null,
  })
  const set = {
    ...{ deploymentsPerWeek: figure(2, 4), leadTimeMs: figure(5_400_000, 3), changeFailureShare: figure(0.25, 5) },
    ...{ timeToRestoreMs: figure(null, 0), reworkShare: figure(0, 6) },
  }
  const figures = {
    ...{ environment: 'production', from: '2026-11-01T00:00:00.000Z', to: '2026-11-15T00:00:00.000Z', days: [] },
    ...{ ...set, services: [{ service: 'web', ...set, leadTimeMs: figure(200_000_000, 2) }] },
  }
  const { out } = await asked(['figures', '--days', '14'], {
    [`GET ${at}/environments/production/figures`]: ({ query }) => (query['days'] === '14' ? figures : {}),
  })
  expect(out).toMatch(/lead time +1\.5 h +3 +counted like 3/)
  expect(out).toMatch(/time to restore +- +0 +the first fills it/)
  expect(out).toMatch(/web +2\.0 +2\.3 d +25 % +- +0 %/)
})
