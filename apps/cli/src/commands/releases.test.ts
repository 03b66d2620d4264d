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

it('shows where a release runs and how its sessions went, each share with how many are behind it', async () => {
  const shares = { errored: 0, abnormal: 0, people: 0, peopleWithCrash: 0, crashFreePeople: null }
  const own = { ...shares, sessions: 400, crashed: 20, crashFreeSessions: 0.95 }
  const former = { ...shares, sessions: 900, crashed: 0, crashFreeSessions: 1 }
  const sessions = {
    ...{ release: sample.sha, names: [sample.sha], from: sample.at, until: sample.at, bucketMs: 1, buckets: 0 },
    environments: [
      {
        ...{ ...own, environment: 'production', kind: 'application', counts: [] },
        adoption: { sessions: 300, of: 400, share: 0.75 },
        sinceLive: { at: sample.at, deployment: 'd', own, former: { ...former, release: sample.former } },
      },
    ],
  }
  const view = {
    ...{ ...sample.release, deployments: [sample.deployment], promotions: [], checklist: null, runs: [], issues: [] },
    ...{ changes: [], comparedWith: null },
  }
  const answers = { [`GET ${at}/releases/8f3c`]: () => view, [`GET ${at}/releases/8f3c/sessions`]: () => sessions }
  const { code, out } = await asked(['show', '8f3c'], answers)
  expect(code).toBe(0)
  expect(out).toContain('8f3c2a1 Shorten slugs\nby Sam, 5 min ago\ndeploy to production: live, 5 min ago\n')
  expect(out).toContain('  without a crash: 95 % of 400 sessions; nobody is named\n')
  expect(out).toContain('  of what began there in 24 h: 75 %, 300 of 400 sessions\n')
  expect(out).toContain('1234567 before it: 100 % of 900 sessions: more crash than before\n')
  const none = { ...answers, [`GET ${at}/releases/8f3c/sessions`]: () => ({ ...sessions, environments: [] }) }
  expect((await asked(['show', '8f3c'], none)).out).toContain('no session of it was told')
  expect((await asked(['show'], {})).code).toBe(2)
})
