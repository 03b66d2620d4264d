import type { Deployment, GateFact, Promotion, Release } from '@gantry/core'
import { beforeEach, expect, test } from 'vitest'
import { type GatheredFrom, gateFacts } from './gate-facts.ts'

let asked: string[] = []
beforeEach(() => {
  asked = []
})

const promotion = {
  project: 'shop',
  environment: 'production',
  fromEnvironment: 'staging',
  runId: 'r1',
  jobId: 'e2e',
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
  deployments: {
    async live(_project: string, environment: string) {
      asked.push(`live in ${environment}`)
      return { release: 'a', liveAt: '2026-11-27T12:00:00.000Z', verdict: null } as Deployment
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
    from: { environment: 'staging', release: 'a', since: '2026-11-27T12:00:00.000Z', verdict: null },
  })
  expect(asked.splice(0)).toEqual(['live in staging'])
  expect(await gathered('newIssues')).toEqual({ newIssues: { count: 7, titles: ['Odd'] } })
  expect(asked.splice(0)).toEqual(['issues'])
  expect(await gathered('migrations')).toEqual({ migrations: { pending: [added], isFirst: false } })
  expect(asked.splice(0)).toEqual(['live in production', 'release'])
  expect(await gathered('runs')).toEqual({ runs: [] })
  expect(asked.splice(0)).toEqual(['runs'])
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
