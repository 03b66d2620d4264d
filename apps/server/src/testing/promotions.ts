import { ciGreen, local, noNewIssues, parseConfig, soak } from '@gantry/config'
import type { JobState, Promotion, Release, Role, RunState, Store } from '@gantry/core'
import { storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { createChronicle } from '../ledger/chronicle.ts'
import { createLiveHub } from '../live/live-hub.ts'
import { PromotionDesk, type PromotionDeskParts } from '../release/promotion-desk.ts'

const config = parseConfig({
  project: 'p',
  services: { web: { path: '.', deploy: local({ kind: 'static' }) } },
  environments: {
    staging: { on: 'main' },
    production: { from: 'staging', approvals: 1, gates: [ciGreen()], approvalExpires: '1h' },
    pair: { from: 'staging', approvals: 2, gates: [soak('10m'), noNewIssues()], allowSelfApproval: true },
  },
})

export let store: Store
let count = 0
export let project = ''
let clock = Date.parse('2026-11-23T10:00:00.000Z')
export const pass = (ms: number): void => {
  clock += ms
}
export let proceeded: string[] = []
/** What people are now, by id; null: they left. Whoever is not named is a release manager. */
export const roles = new Map<string, Role | null>()

/** Called by each file: a database for its tests, and a project for each of them. */
export function promotionTests(): void {
  let close = async () => {}
  beforeAll(async () => {
    const database = await embeddedDatabase()
    store = storeOn(database)
    close = () => database.close()
  })
  afterAll(() => close())
  beforeEach(async () => {
    project = `p${++count}`
    proceeded = []
    roles.clear()
    roles.set('owner', 'owner')
    await store.projects.ensure({ name: project, createdAt: at() })
  })
}

export const at = () => new Date(clock).toISOString()
export const sha = (letter: string) => letter.repeat(40)
export const ana = { id: 'owner', name: 'Ana', role: 'owner' } as const
export const bo = { id: 'bo', name: 'Bo', role: 'release-manager' } as const

export function desk(author = 'Kim <kim@example.com>', over: Partial<PromotionDeskParts> = {}) {
  const live = createLiveHub(0)
  let ids = 0
  return new PromotionDesk({
    name: project,
    project: async () => ({
      ...{ name: project, title: '', number: count, config, configSha: null },
      ...{ createdAt: at(), archivedAt: null },
    }),
    store,
    live,
    record: createChronicle(project, store.ledger, live, () => new Date(clock)),
    now: () => new Date(clock),
    newId: () => `${project}-${++ids}`,
    voter: async id => ({
      role: roles.has(id) ? (roles.get(id) ?? null) : 'release-manager',
      knownAs: { names: [], emails: id === 'owner' ? ['ana@example.com'] : [] },
    }),
    onReady: () => {},
    checklists: { of: async () => null },
    wayBack: async () => null,
    knowPushes: async () => {},
    repository: { writtenSince: async (_from, to) => ({ shas: [to], wrote: [author] }) },
    proceed: id => void proceeded.push(id),
    ...over,
  })
}

export async function released(
  letter: string,
  environment: string,
): Promise<{ job: JobState; run: RunState; release: Release }> {
  const job = {
    id: 'go',
    key: 'go',
    name: 'go',
    needs: [],
    environment,
    status: 'waiting',
    createdAt: at(),
  } as unknown as JobState
  const facts = { event: 'push', eventPayload: {}, inputs: {}, ref: 'refs/heads/main', actor: 'Kim', title: letter }
  const ended = { status: 'completed', conclusion: 'success' } as const
  const done = { ...ended, attempt: 1, createdAt: at(), jobs: [] }
  const own = { number: 1, sha: sha(letter), workflowName: 'deploy' }
  const run: RunState = {
    ...{ ...facts, ...done, ...own, id: `${project}-run-${letter}`, workflowPath: '.github/workflows/deploy.yml' },
    status: 'waiting',
    jobs: [{ ...job, steps: [], outputs: {}, annotations: [], attempt: 0 }],
  }
  await store.runs.save(project, run)
  await store.runs.save(project, {
    ...facts,
    ...done,
    ...own,
    id: `${project}-ci-${letter}`,
    workflowPath: '.github/workflows/ci.yml',
  })
  const release = await store.releases.add({
    ...{ id: sha(letter), project, sha: sha(letter), title: letter, author: 'Kim', createdAt: at() },
    ...{ runId: run.id, artifacts: [], migrations: [], badBecause: null },
  })
  return { job, run, release }
}

export async function asked(to: PromotionDesk, letter: string, environment = 'production'): Promise<Promotion> {
  const { job, run } = await released(letter, environment)
  expect(await to.ask(job, run)).toBe('waiting')
  await to.judgeAll()
  const [promotion] = await store.promotions.list(project, { environment, release: sha(letter) })
  if (!promotion) throw new Error('nothing was asked')
  return promotion
}
export const refusal = (code: string) => expect.objectContaining({ code })
export const acts = async () =>
  (await store.ledger.list(project, { limit: 50 })).map(({ action, reason }) => [action, reason])
