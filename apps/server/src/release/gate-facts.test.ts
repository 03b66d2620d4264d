import type { CommitChecks, Deployment, GateFact, Promotion, Release } from '@gantry/core'
import { beforeEach, expect, test } from 'vitest'
import { type GatheredFrom, gateFacts } from './gate-facts.ts'

let asked: string[] = []
/** What GitHub said of the commit. */
let checks: CommitChecks | null = null
let isConnected = false
let hasToken = true
let app: object | null = null
beforeEach(() => {
  asked = []
  checks = null
  isConnected = false
  hasToken = true
  app = null
})

const promotion = {
  project: 'shop',
  environment: 'production',
  fromEnvironment: 'staging',
  runId: 'r1',
  jobId: 'e2e',
  createdAt: '2026-11-27T12:00:00.000Z',
} as Promotion
const added = { version: '2', name: 'more', sql: '', effect: 'expand', verdicts: [] } as const
const release = { id: 'b', sha: 'b', migrations: [added] } as unknown as Release
const store = {
  runs: {
    async list() {
      asked.push('runs')
      return []
    },
    async get(_project: string, id: string) {
      asked.push(`run ${id}`)
      return null
    },
  },
  github: {
    async links(_project: string, kind: string, [sha]: string[]) {
      asked.push(`${kind} of ${sha}`)
      return checks === null ? [] : [{ kind, key: sha, isOpen: true, body: checks }]
    },
    async connection() {
      return isConnected ? { app, hasToken, repository: 'acme/shop' } : null
    },
  },
  deployments: {
    async live(_project: string, environment: string) {
      asked.push(`live in ${environment}`)
      const former = { kind: 'deploy', formerRelease: 'b' } as const
      return { release: 'a', liveAt: '2026-11-27T12:00:00.000Z', verdict: null, ...former } as Deployment
    },
  },
  issues: {
    async list() {
      asked.push('issues')
      return { issues: [{ title: 'Odd' }], total: 7 }
    },
  },
  monitors: {
    async list() {
      asked.push('monitors')
      return []
    },
  },
  incidents: {
    async list(_project: string, { state }: { state: string }) {
      asked.push(`${state} incidents`)
      return []
    },
  },
  releases: {
    async get() {
      asked.push('release')
      return { migrations: [] }
    },
  },
} as unknown as GatheredFrom['store']
const checklists: GatheredFrom['checklists'] = {
  async of() {
    asked.push('checklist')
    return null
  },
}
const wayBack: GatheredFrom['wayBack'] = async ({ id }, environment) => {
  asked.push(`way back from ${id} in ${environment}`)
  return null
}
const gathered = (...facts: GateFact[]) => gateFacts(new Set(facts), { promotion, release, store, checklists, wayBack })

test('nothing is asked of the database for an environment whose gates need nothing of it', async () => {
  expect(await gathered()).toEqual({})
  expect(asked).toEqual([])
})

test('each fact is got by its own questions alone', async () => {
  expect(await gathered('from')).toEqual({
    from: { environment: 'staging', release: 'a', since: '2026-11-27T12:00:00.000Z', verdict: null, isJudged: true },
  })
  expect(asked.splice(0)).toEqual(['live in staging'])
  expect(await gathered('newIssues')).toEqual({ newIssues: { count: 7, titles: ['Odd'] } })
  expect(asked.splice(0)).toEqual(['issues'])
  expect(await gathered('migrations')).toEqual({ migrations: { pending: [added], isFirst: false } })
  expect(asked.splice(0)).toEqual(['live in production', 'release'])
  expect(await gathered('runs')).toEqual({ runs: [] })
  expect(asked.splice(0)).toEqual(['runs', 'checks of b'])
  expect(await gathered('asking')).toEqual({ asking: null })
  expect(asked.splice(0)).toEqual(['run r1'])
  expect(await gathered('monitors')).toEqual({ monitors: [] })
  expect(asked.splice(0)).toEqual(['monitors'])
  expect(await gathered('incidents')).toEqual({ incidents: [] })
  expect(asked.splice(0)).toEqual(['open incidents'])
  expect(await gathered('checklist')).toEqual({ checklist: null })
  expect(asked.splice(0)).toEqual(['checklist'])
  expect(await gathered('wayBack')).toEqual({ wayBack: null })
  expect(asked).toEqual(['way back from b in production'])
})

const said = (over: Partial<CommitChecks> = {}): CommitChecks => ({
  readAt: '2026-11-27T12:00:01.000Z',
  runs: [
    {
      ...{ id: 42, number: 415, attempt: 1, path: '.github/workflows/ci.yml', event: 'push', isOfFork: false },
      ...{ status: 'completed', conclusion: 'success', suiteId: null, url: 'https://github.com/acme/shop', jobs: [] },
      ...{ createdAt: '2026-11-27T11:00:00.000Z', updatedAt: '2026-11-27T11:05:00.000Z' },
    },
  ],
  named: null,
  ...over,
})

test('what GitHub says of the commit counts beside the runs that are here, once it was said for this promotion', async () => {
  checks = said()
  expect((await gathered('runs')).runs).toMatchObject([{ name: 'run 415 on GitHub', conclusion: 'success' }])
  checks = said({ readAt: '2026-11-27T11:59:59.000Z' })
  expect((await gathered('runs')).runs).toEqual([])
})

test('checks are unknown where GitHub cannot be asked, and awaited where it can', async () => {
  expect(await gathered('checks')).toEqual({ checks: null })
  isConnected = true
  expect(await gathered('checks')).toEqual({ checks: { runs: [], named: null, isRead: false } })
  const ours = [{ name: 'gate', appId: null }]
  checks = said({ named: { checks: [], requiredIn: { production: ours, staging: [] } } })
  expect(await gathered('checks')).toEqual({
    checks: { runs: checks.runs, named: { checks: [], required: ours }, isRead: true },
  })
  checks = said({ named: { checks: [], requiredIn: { staging: [] } } })
  expect((await gathered('checks')).checks?.named).toBeNull()
  // It only trusts the jobs of its repository.
  hasToken = false
  expect(await gathered('checks')).toEqual({ checks: null })
  checks = null
  app = { slug: 'gantry-shop', installationId: 7, isSuspended: true }
  expect(await gathered('checks')).toMatchObject({
    checks: { isRead: false, problem: 'the App gantry-shop is suspended for acme/shop' },
  })
})

test('a run on GitHub asks as one that GitHub lists for the commit, whatever run whoever asks says it is', async () => {
  const asks = (runId: string) =>
    gateFacts(new Set(['asking'] as const), { promotion: { ...promotion, runId }, release, store, checklists, wayBack })
  checks = said()
  expect(await asks('github:42')).toMatchObject({ asking: { run: { name: 'run 415 on GitHub' }, jobId: 'e2e' } })
  expect(await asks('github:43')).toEqual({ asking: null })
  checks = null
  expect(await asks('github:42')).toEqual({ asking: null })
})
