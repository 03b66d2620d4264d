import { describe, expect, test } from 'vitest'
import type { Migration, StatementVerdict } from '../release/release.ts'
import type { Deployment } from './deployment.ts'
import { type RollbackFacts, rollbackPlan } from './rollback-plan.ts'

const [one, two, three] = ['1', '2', '3'].map(digit => digit.repeat(40)) as [string, string, string]
const adds: Migration = { version: '1', name: 'adds', sql: '', effect: 'expand', verdicts: [] }
const drops: StatementVerdict = {
  ...{ class: 'contract', isSafe: false, line: 1, statement: 'drop table a', why: 'drops table a' },
  ...{ instead: null, accepted: null },
}
const takes: Migration = { ...adds, version: '2', name: 'takes', effect: 'contract', verdicts: [drops] }

const live: Deployment = {
  id: 'd3',
  project: 'p',
  environment: 'production',
  release: three,
  formerRelease: two,
  kind: 'deploy',
  state: 'live',
  steps: [],
  requestedBy: 'x',
  reason: null,
  runId: null,
  createdAt: '2026-11-03T00:00:00.000Z',
  liveAt: '2026-11-03T00:00:00.000Z',
  finishedAt: null,
  failure: null,
  verdict: null,
  version: 1,
}
const digest = (text: string) => `sha256:${text}`
const release = (id: string, migrations: Migration[] = [adds]): RollbackFacts['releases'][number] => ({
  id,
  migrations,
  artifacts: [{ service: 'backend', digest: digest(id), bytes: 1 }],
  badBecause: null,
})
const here = { runsIn: 'server', keepsFormer: true, restoresEnv: true } as const
const changedKey = { service: 'backend', name: 'API_KEY', change: 'changed' } as const
const facts = (over: Partial<RollbackFacts> = {}): RollbackFacts => ({
  environment: 'production',
  services: [
    { name: 'database', isStateful: true, ...here },
    { name: 'backend', isStateful: false, ...here },
  ],
  live,
  history: [
    { release: three, liveAt: live.liveAt },
    { release: 'failed', liveAt: null },
    { release: two, liveAt: '2026-11-02T00:00:00.000Z' },
    { release: one, liveAt: '2026-11-01T00:00:00.000Z' },
  ],
  releases: [release(one), release(two), release(three)],
  applied: [adds],
  keptReleases: [two],
  storedDigests: [one, two, three].map(digest),
  changedEnv: { [one]: [changedKey], [two]: [changedKey] },
  looks: [],
  wanted: null,
  ...over,
})

test('goes back to the release that was live before, at once while its processes still run', () => {
  expect(rollbackPlan(facts())).toEqual({
    environment: 'production',
    from: three,
    to: two,
    candidates: [two, one],
    isSafe: true,
    kept: true,
    services: [
      { service: 'database', moves: false, runsIn: 'server', detail: 'stays as it is; migrations are not undone' },
      { service: 'backend', moves: true, runsIn: 'server', detail: 'still runs 2222222: switched at once' },
    ],
    schema: { fits: true, detail: 'the schema is the one it was made for' },
    env: [{ ...changedKey, comesBack: true }],
    lastTookMs: null,
    looked: [],
    after: ['what people wrote meanwhile stays'],
    blockers: [],
  })
})

test('a release that is started anew says which variables it will meet changed', () => {
  const plan = rollbackPlan(facts({ wanted: one }))
  expect(plan).toMatchObject({ to: one, kept: false, isSafe: true, env: [{ ...changedKey, comesBack: false }] })
  expect(plan.after[0]).toBe('API_KEY keeps its present value')
  expect(plan.services[1]?.detail).toContain('is started, proved healthy, then switched')
})

test('what a vendor runs goes back as the vendor can, and says where its variables are not of then', () => {
  const web = { name: 'web', isStateful: false, runsIn: 'job', keepsFormer: true, restoresEnv: true } as const
  const edge = { ...web, name: 'edge', keepsFormer: false, restoresEnv: false }
  expect(rollbackPlan(facts({ services: [web, edge], changedEnv: {} }))).toMatchObject({
    ...{ isSafe: true, kept: false, after: ['edge: with the variables and secrets of now', expect.any(String)] },
    services: [
      { service: 'web', moves: true, runsIn: 'job', detail: 'its vendor keeps 2222222: switched back' },
      { service: 'edge', moves: true, runsIn: 'job', detail: '2222222 is put back by a workflow' },
    ],
  })
})

test('what a vendor said no to is no way back, until it says otherwise; one that could not be asked is', () => {
  const web = { name: 'web', isStateful: false, runsIn: 'job', keepsFormer: true, restoresEnv: true } as const
  const said = (state: 'can' | 'cannot' | 'unknown') => ({
    ...{ service: 'web', release: two, at: '2026-11-03T01:00:00.000Z', state, why: 'it was removed' },
  })
  const lost = rollbackPlan(facts({ services: [web], looks: [said('cannot')] }))
  expect(lost).toMatchObject({ to: one, candidates: [one], isSafe: true, looked: [] })
  expect(rollbackPlan(facts({ services: [web], looks: [said('cannot')], wanted: two }))).toMatchObject({
    ...{ to: two, isSafe: false, looked: [said('cannot')], blockers: ['web cannot be put back: it was removed'] },
  })
  for (const state of ['can', 'unknown'] as const)
    expect(rollbackPlan(facts({ services: [web], looks: [said(state)] }))).toMatchObject({ to: two, isSafe: true })
  // A service that left the vendor is not held up by it.
  expect(rollbackPlan(facts({ looks: [said('cannot')] }))).toMatchObject({ to: two, isSafe: true })
})

test('variables of a vendor come back where it keeps them, and are named where not; how long it took last is said', () => {
  const web = { name: 'web', isStateful: false, runsIn: 'job', keepsFormer: true, restoresEnv: true } as const
  const edge = { ...web, name: 'edge', restoresEnv: false }
  const changed = [
    { service: 'web', name: 'FLAG', change: 'changed' },
    { service: 'edge', name: 'KEY', change: 'removed' },
  ] as const
  const [newest, ...older] = facts().history
  if (!newest) throw new Error('it has a history')
  const back = {
    release: one,
    kind: 'rollback',
    liveAt: '2026-11-02T12:00:04.000Z',
    createdAt: '2026-11-02T12:00:00.000Z',
  } as const
  const plan = rollbackPlan(
    facts({
      services: [web, edge],
      changedEnv: { [two]: [...changed] },
      history: [newest, back, ...older],
      wanted: two,
    }),
  )
  expect(plan.env).toEqual([
    { ...changed[0], comesBack: true },
    { ...changed[1], comesBack: false },
  ])
  expect([plan.after[0], plan.lastTookMs]).toEqual(['KEY keeps its present value', 4_000])
})

describe('is not safe', () => {
  test('when nothing was live before', () => {
    const plan = rollbackPlan(facts({ history: [{ release: three, liveAt: live.liveAt }] }))
    expect(plan).toMatchObject({ to: null, isSafe: false, blockers: ['no earlier release was live here'], after: [] })
    expect(plan.services[1]).toMatchObject({ moves: false })
  })
  test('when the schema took away what it uses', () => {
    const plan = rollbackPlan(facts({ applied: [adds, takes] }))
    expect(plan).toMatchObject({ to: two, isSafe: false, candidates: [], schema: { fits: false } })
    expect(plan.blockers[0]).toContain('2_takes drops table a')
    expect(plan.after[0]).toBe('the schema keeps 2_takes')
  })
  test('when what a person accepted was about a later release', () => {
    const accepted = { ...takes, verdicts: [{ ...drops, accepted: 'two uses it no more' }] }
    const releases = [release(one), release(two), release(three, [adds, accepted])]
    const applied = [adds, accepted]
    expect(rollbackPlan(facts({ releases, applied }))).toMatchObject({ to: two, isSafe: true, candidates: [two] })
    expect(rollbackPlan(facts({ releases, applied, wanted: one })).blockers[0]).toContain('2_takes drops table a')
  })
  test('when its files are gone, unless it still runs', () => {
    expect(rollbackPlan(facts({ storedDigests: [] }))).toMatchObject({ to: two, isSafe: true, candidates: [two] })
    expect(rollbackPlan(facts({ storedDigests: [], keptReleases: [] })).blockers).toEqual([
      'the built files of backend are gone',
    ])
  })
  test('when it runs now, was never live here, or is forgotten', () => {
    expect(rollbackPlan(facts({ wanted: three })).blockers[0]).toContain('is what runs now')
    expect(rollbackPlan(facts({ wanted: 'f'.repeat(40) })).blockers[0]).toContain('was never live here')
    expect(rollbackPlan(facts({ wanted: two, releases: [] })).blockers[0]).toContain('no longer known')
  })
})

test('skips one that was marked bad', () => {
  const releases = [release(one), { ...release(two), badBecause: 'failed 4 %' }, release(three)]
  expect(rollbackPlan(facts({ releases }))).toMatchObject({ to: one, candidates: [one] })
  expect(rollbackPlan(facts({ releases, wanted: two })).blockers).toEqual(['2222222 was marked bad: failed 4 %'])
})

test('where nothing is live the last one that was comes back', () => {
  expect(rollbackPlan(facts({ live: null }))).toMatchObject({ from: null, to: three })
})

test('the last one that was live is gone back to, in whatever order the deployments are told', () => {
  const { history } = facts()
  expect(rollbackPlan(facts({ history: history.toReversed() })).to).toBe(two)
  expect(rollbackPlan(facts({ history })).to).toBe(two)
})

test('says which rows a migration changed that no rollback brings back', () => {
  const emptied: StatementVerdict = { ...drops, class: 'data', why: 'empties table a' }
  const plan = rollbackPlan(facts({ applied: [adds, { ...takes, verdicts: [emptied] }] }))
  expect(plan).toMatchObject({ isSafe: true, schema: { fits: true } })
  expect(plan.after).toContain('rows stay as 2_takes left them')
})

test('where nothing can be gone back to nothing moves, and nothing is said of afterwards', () => {
  const plan = rollbackPlan(facts({ history: [], live: null }))
  expect(plan).toMatchObject({ from: null, to: null, env: [], after: [], kept: false, lastTookMs: null })
  expect(plan.services.map(({ moves, detail }) => [moves, detail])).toEqual([
    [false, 'stays as it is; migrations are not undone'],
    [false, 'stays as it is'],
  ])
  expect(plan.schema).toEqual({ fits: true, detail: 'nothing to compare' })
  expect(rollbackPlan(facts({ wanted: 'f'.repeat(40) })).schema.fits).toBe(false)
})

test('a vendor that keeps nothing has it put back by a workflow; of several values that stay all are named', () => {
  const backend = { name: 'backend', isStateful: false, runsIn: 'job', keepsFormer: false, restoresEnv: false } as const
  const changedEnv = { [two]: [changedKey, { ...changedKey, name: 'OTHER_KEY' }] }
  const plan = rollbackPlan(facts({ services: [backend], changedEnv, keptReleases: [] }))
  expect(plan.services[0]?.detail).toBe('2222222 is put back by a workflow')
  expect(plan.after).toContain('API_KEY, OTHER_KEY keep their present values')
  const unsaid = { release: two, liveAt: '2026-11-02T00:00:00.000Z', kind: 'rollback' } as const
  expect(rollbackPlan(facts({ history: [unsaid] })).lastTookMs).toBeNull()
})
