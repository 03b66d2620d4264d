import { parseConfig } from '@gantry/config'
import { type Beginning, type Deployment, GantryError, type RollbackPlan } from '@gantry/core'
import { expect, test } from 'vitest'
import { createLiveHub } from '../live/live-hub.ts'
import { DeploymentDesk, type DeploymentDeskParts } from './deployment-desk.ts'

const now = '2026-11-23T10:00:00.000Z'
const config = parseConfig({
  project: 'p',
  services: { web: { path: '.', deploy: { provider: 'local', kind: 'static' } } },
  environments: { staging: { on: 'main' }, production: { from: 'staging' } },
})
const deployment = (change: Partial<Deployment>) =>
  ({
    id: 'd',
    project: 'p',
    state: 'live',
    kind: 'deploy',
    environment: 'production',
    release: 'r',
    ...change,
  }) as Deployment
const plan = { from: 'bad', to: 'good', candidates: ['good'], isSafe: true, blockers: [] } as unknown as RollbackPlan

/** Everything the desk asks others to do, in order. */
function desk(over: { live?: Deployment[]; close?: () => Promise<void>; isNew?: boolean; isUnknown?: boolean } = {}) {
  const done: string[] = []
  const begun: Beginning[] = []
  const { live = [], isNew = true } = over
  const evidence: unknown[] = []
  const back = deployment({ kind: 'rollback', release: 'good' })
  const parts = {
    project: async () => ({ name: 'p', config }),
    store: {
      deployments: { live: async (_: string, name: string) => live.find(each => each.environment === name) ?? null },
      releases: { get: async (_: string, id: string) => ({ id, sha: id, project: 'p' }) },
    },
    promotions: {
      async close(release: string, environment: string) {
        done.push(`close ${release} ${environment}`)
        await over.close?.()
      },
      judgeAll: async () => void done.push('judge'),
      begin: async () => undefined,
    },
    repository: {
      between: async (from: string, to: string) => {
        if (over.isUnknown) throw new Error('bad object')
        return [{ sha: `${from}..${to}`, at: '2026-11-20T10:00:00+02:00' }]
      },
      commit: async (sha: string) => ({ sha, at: '2026-11-20T10:00:00Z' }),
    },
    delivery: {
      rollbackPlan: async () => plan,
      async deploy({ beginning }: { beginning: Beginning }) {
        evidence.push(beginning.evidence)
        return { deployment: deployment({}), ended: Promise.resolve(deployment({})), isNew: false }
      },
      async rollback({ beginning }: { beginning(found: RollbackPlan): Beginning }) {
        begun.push(beginning(plan))
        return { deployment: back, ended: Promise.resolve(back), isNew }
      },
    },
    record: async () => void done.push('record'),
    live: createLiveHub(0),
    now: () => new Date(now),
    log: {
      error: (facts: { err: Error }) => void done.push(`log ${facts.err.message}`),
      warn: (facts: { err: Error }) => void done.push(`warn ${facts.err.message}`),
    },
    onEnded: async ({ environment, kind }: Deployment) => void done.push(`ended ${kind} ${environment}`),
  } as unknown as DeploymentDeskParts
  return { desk: new DeploymentDesk(parts), done, begun, evidence }
}
const settled = () => new Promise(resolve => setTimeout(resolve, 20))

test('what a server that died left undone after a deployment went live is done at the next start', async () => {
  const staging = deployment({ environment: 'staging', release: 'r1' })
  const undone = deployment({ kind: 'rollback', release: 'r0' })
  const { desk: to, done } = desk({ live: [staging, undone] })
  await to.finishLive()
  await settled()
  expect(done.toSorted()).toEqual(['close r1 staging', 'ended deploy staging', 'ended rollback production'])
})

test('one environment that cannot be seen to keeps no other waiting, and is logged', async () => {
  const both = ['staging', 'production'].map(environment => deployment({ environment }))
  let isFirst = true
  const { desk: to, done } = desk({
    live: both,
    async close() {
      if (!isFirst) return
      isFirst = false
      throw new GantryError('DATABASE_UNREACHABLE', 'gone')
    },
  })
  await to.finishLive()
  await settled()
  expect(done).toEqual(expect.arrayContaining(['log gone', 'ended deploy production']))
})

test('a rollback hands its hold and its mark over to be stored with its beginning', async () => {
  const { desk: to, done, begun } = desk()
  await to.rollBack({ environment: 'production', by: 'Ana', reason: 'half of it fails', runId: null })
  expect(begun).toEqual([
    {
      evidence: { from: 'bad', isSafe: true, blockers: [] },
      hold: { since: now, because: 'half of it fails', by: 'Ana' },
      bad: { release: 'bad', because: 'half of it fails' },
    },
  ])
  await settled()
  expect(done).toEqual(['judge', 'ended rollback production'])
})

test('a rollback that joins one under way is followed by whoever began it', async () => {
  const { desk: to, done } = desk({ isNew: false })
  await to.rollBack({ environment: 'production', by: 'Ana', reason: 'me too', runId: null })
  await settled()
  expect(done).toEqual([])
})

test('the row of a deployment has the commits it brings, those that git knows', async () => {
  const asked = { release: 'new', environment: 'production', by: 'Ana', runId: null }
  const followed = desk({ live: [deployment({ release: 'old' })] })
  await followed.desk.deploy(asked)
  expect(followed.evidence).toEqual([{ commits: [{ sha: 'old..new', at: '2026-11-20T08:00:00.000Z' }] }])
  const first = desk()
  await first.desk.deploy(asked)
  expect(first.evidence).toEqual([{ commits: [{ sha: 'new', at: '2026-11-20T10:00:00.000Z' }] }])
  const unknown = desk({ live: [deployment({ release: 'old' })], isUnknown: true })
  await unknown.desk.deploy(asked)
  expect([unknown.evidence, unknown.done]).toEqual([[{ commits: [] }], ['warn bad object']])
})
