import { freeze, local, parseConfig } from '@gantry/config'
import { type Deployment, GantryError, type Promotion } from '@gantry/core'
import { expect, test } from 'vitest'
import {
  acts,
  ana,
  asked,
  at,
  bo,
  desk,
  pass,
  proceeded,
  project,
  promotionTests,
  refusal,
  roles,
  sha,
  store,
} from '../testing/promotions.ts'

promotionTests()

const config = parseConfig({
  project: 'p',
  services: { web: { path: '.', deploy: local({ kind: 'static' }) } },
  environments: {
    staging: { on: 'main' },
    production: { from: 'staging', approvals: { needed: 2, expire: '24h' } },
    frozen: { from: 'staging', approvals: 1, gates: [freeze('2026-11-01', '2026-12-01', { timezone: 'UTC' })] },
  },
})
const own = (over: Parameters<typeof desk>[1] = {}) =>
  desk(undefined, {
    project: async () => ({
      ...{ name: project, title: '', number: 1, config, configSha: null },
      ...{ createdAt: at(), archivedAt: null },
    }),
    ...over,
  })
const day = 86_400_000
const stored = async ({ id }: Promotion) => (await store.promotions.get(project, id)) as Promotion
const yes = (person: typeof ana | typeof bo) => ({ person, reason: `${person.name} looked` })

async function approved() {
  const to = own()
  const promotion = await asked(to, 'a')
  await to.approve(promotion.id, yes(bo))
  await to.approve(promotion.id, yes(ana))
  return { to, promotion }
}

test('two people let it go; each yes is in the ledger, and says what it rested on', async () => {
  const { promotion } = await approved()
  expect(await stored(promotion)).toMatchObject({
    state: 'approved',
    approvalsNeeded: 2,
    approvalsBy: 'release-manager',
  })
  expect((await acts()).slice(0, 2)).toEqual([
    ['promotion.approved', 'Ana looked'],
    ['approval.given', 'Bo looked'],
  ])
  expect(proceeded).toEqual([promotion.runId])
})

test('of two who give the last yes at once one does, and it goes once', async () => {
  const to = own()
  const promotion = await asked(to, 'a')
  await to.approve(promotion.id, yes(bo))
  const others = [ana, { id: 'cy', name: 'Cy', role: 'release-manager' } as const]
  const both = await Promise.allSettled(others.map(person => to.approve(promotion.id, { person, reason: 'go' })))
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'ILLEGAL_TRANSITION' } })
  expect(proceeded).toEqual([promotion.runId])
})

test('what somebody approved whose role was taken away counts no more, until its deployment begins', async () => {
  const { to, promotion } = await approved()
  roles.set('bo', 'developer')
  await to.judgeAll()
  expect(await stored(promotion)).toMatchObject({ state: 'ready' })
  expect((await acts())[0]).toEqual(['promotion.reopened', 'fewer than 2 yes count any more'])
  expect((await to.shown(await stored(promotion))).approvals[0]?.lapsed).toBe('Bo is a developer now')
  await expect(to.begin(sha('a'), 'production', promotion.runId)).rejects.toEqual(refusal('GATES_NOT_MET'))
})

test('votes are counted once more when the deployment begins, though nobody judged meanwhile', async () => {
  const { to, promotion } = await approved()
  roles.set('owner', null)
  const begun = to.begin(sha('a'), 'production', promotion.runId)
  await expect(begun).rejects.toThrow(/not approved for production any more: fewer than 2/)
  expect(await stored(promotion)).toMatchObject({ state: 'ready' })
})

test('a yes runs out after its time, and when that is, it is judged again', async () => {
  const { to, promotion } = await approved()
  const ends = new Date(Date.parse(at()) + day)
  expect(await to.judgeAll()).toEqual(ends)
  pass(day)
  await to.judgeAll()
  expect(await stored(promotion)).toMatchObject({ state: 'ready' })
  await to.approve(promotion.id, yes(bo))
  expect((await to.approve(promotion.id, yes(ana))).state).toBe('approved')
})

test('a yes is taken back until the deployment begins, and not afterwards', async () => {
  const { to, promotion } = await approved()
  const back = await to.withdraw(promotion.id, { person: ana, reason: 'it fails on a phone' })
  expect(back.state).toBe('ready')
  expect((await acts()).slice(0, 2)).toEqual([
    ['approval.withdrawn', 'it fails on a phone'],
    ['promotion.reopened', 'it fails on a phone'],
  ])
  await to.approve(promotion.id, yes(ana))
  await to.begin(sha('a'), 'production', promotion.runId)
  const late = to.withdraw(promotion.id, { person: ana, reason: 'after all' })
  await expect(late).rejects.toEqual(refusal('ILLEGAL_TRANSITION'))
  // The deployment failed: what was approved may be taken back again.
  await to.notBegun(sha('a'), 'production')
  expect((await to.withdraw(promotion.id, { person: ana, reason: 'after all' })).state).toBe('ready')
})

test('of a yes that is taken back and a deployment that begins at the same moment one happens', async () => {
  const { to, promotion } = await approved()
  const results = await Promise.allSettled([
    to.begin(sha('a'), 'production', promotion.runId),
    to.withdraw(promotion.id, { person: ana, reason: 'wait' }),
  ])
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const { state, begunAt } = await stored(promotion)
  expect([state, begunAt !== undefined]).toEqual(
    results[0]?.status === 'fulfilled' ? ['approved', true] : ['ready', false],
  )
})

test('that a deployment began is forgotten when a server died before it did', async () => {
  const { to, promotion } = await approved()
  await to.begin(sha('a'), 'production', promotion.runId)
  pass(60_000)
  expect((await to.withdraw(promotion.id, { person: ana, reason: 'it never went' })).state).toBe('ready')
})

test('what was approved before a rollback does not go while promotions are held, nor does a bad release again', async () => {
  const { to, promotion } = await approved()
  const go = () => to.begin(sha('a'), 'production', promotion.runId)
  await store.promotions.setHold(project, 'production', { since: at(), because: 'rolled back', by: 'gantry' })
  await expect(go()).rejects.toEqual(refusal('PROMOTIONS_HELD'))
  await store.promotions.setHold(project, 'production', null)
  await go()
  await to.close(sha('a'), 'production')
  await store.releases.markBad(project, sha('a'), 'half of it fails')
  await expect(go()).rejects.toThrow(/was marked bad: half of it fails/)
})

test('a job that asks again while its own deployment runs is let in', async () => {
  const { to, promotion } = await approved()
  const go = () => to.begin(sha('a'), 'production', promotion.runId)
  await go()
  const facts = { id: `${project}-d`, project, release: sha('a'), environment: 'production', state: 'deploying' }
  const rest = { kind: 'deploy', createdAt: at(), liveAt: null, version: 1, steps: [], runId: null }
  await store.deployments.add({ ...facts, ...rest } as unknown as Deployment)
  roles.set('bo', null)
  await go()
})

test('an owner lets one promotion past a freeze; people still approve it, and the ledger says what was frozen', async () => {
  const to = own()
  const promotion = await asked(to, 'a', 'frozen')
  expect(promotion.state).toBe('waiting')
  const override = (person: typeof ana | typeof bo) =>
    to.override(promotion.id, 'freeze', { person, reason: 'it is down' })
  await expect(override(bo)).rejects.toEqual(refusal('FORBIDDEN'))
  expect((await override(ana)).state).toBe('ready')
  const [row] = await store.ledger.list(project, { limit: 1 })
  expect(row).toMatchObject({
    action: 'gate.overridden',
    actor: 'Ana',
    reason: 'it is down',
    evidence: { gate: 'freeze' },
  })
  expect(row?.evidence['said']).toMatch(/^frozen until 2026-12-01/)
  expect((await to.approve(promotion.id, yes(bo))).state).toBe('approved')
})

test('a yes waits until it is known who pushed, and does not count where that is not said', async () => {
  const moments: string[] = []
  let isSaid = false
  const asking = own({
    async knowPushes(moment) {
      moments.push(moment)
      if (!isSaid) throw new GantryError('VENDOR_REFUSED', 'GitHub did not say yet who pushed')
    },
  })
  const { id, createdAt } = await asked(asking, 'y')
  pass(60_000)
  await expect(asking.approve(id, { person: bo, reason: 'good' })).rejects.toEqual(refusal('VENDOR_REFUSED'))
  expect((await store.promotions.get(project, id))?.approvals).toEqual([])
  isSaid = true
  expect((await asking.approve(id, { person: bo, reason: 'good' })).approvals).toHaveLength(1)
  expect(moments).toEqual([createdAt, createdAt])
})

test('a gate that moves while somebody decides is no reason to refuse them, unless they say what they saw', async () => {
  let moves = 0
  const to = own({
    async voter() {
      const [promotion] = await store.promotions.list(project, { environment: 'production', open: true })
      if (promotion && moves-- > 0) await store.promotions.update(promotion)
      return { role: 'owner', knownAs: { names: [], emails: [] } }
    },
  })
  const promotion = await asked(to, 'm')
  moves = 1
  expect((await to.approve(promotion.id, yes(bo))).approvals).toHaveLength(1)
  moves = 1
  const { version } = await stored(promotion)
  await expect(to.approve(promotion.id, { ...yes(ana), version })).rejects.toEqual(refusal('CONFLICT'))
  moves = 100
  await expect(to.approve(promotion.id, yes(ana))).rejects.toEqual(refusal('CONFLICT'))
})

test('a gate that an owner let it past holds it again once they are an owner no more', async () => {
  const frozen = own()
  const { id } = await asked(frozen, 'x', 'frozen')
  const state = async () => (await store.promotions.get(project, id))?.state
  await frozen.override(id, 'freeze', { person: ana, reason: 'a leak' })
  expect(await state()).toBe('ready')
  roles.set('owner', 'release-manager')
  await frozen.judgeAll()
  expect(await state()).toBe('waiting')
})

test('a freeze holds up what was approved before it, until its deployment begins', async () => {
  const now = Date.parse(at())
  // A freeze begins with a minute.
  const soonMs = Math.ceil((now + 3_600_000) / 60_000) * 60_000
  const soon = new Date(soonMs).toISOString().slice(0, 16).replace('T', ' ')
  const gates = [freeze(soon, '2030-01-01', { timezone: 'UTC' })]
  const { production, ...others } = config.environments
  const until = {
    ...config,
    environments: { ...others, production: { ...production, approvals: 1, gates } },
  } as typeof config
  const to = own({
    project: async () => ({
      ...{ name: project, title: '', number: 1, config: until, configSha: null },
      ...{ createdAt: at(), archivedAt: null },
    }),
  })
  const { id, runId } = await asked(to, 'w')
  await to.approve(id, { person: bo, reason: 'good' })
  pass(soonMs - now - 1_000)
  expect(await to.judgeAll()).not.toBeNull()
  expect((await store.promotions.get(project, id))?.state).toBe('approved')
  pass(60_000)
  await expect(to.begin(sha('w'), 'production', runId)).rejects.toThrow('frozen until 2030-01-01')
  expect((await store.promotions.get(project, id))?.state).toBe('waiting')
  await to.override(id, 'freeze', { person: ana, reason: 'a leak' })
  expect((await store.promotions.get(project, id))?.state).toBe('approved')
  await to.begin(sha('w'), 'production', runId)
})
