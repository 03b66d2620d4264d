import type { Deployment, Promotion, RunState } from '@gantry/core'
import { expect, test } from 'vitest'
import type { SampleFacts, Way } from './sample-facts.ts'
import { sampleSteps } from './sample-steps.ts'

const run = (id: string, over: Partial<RunState> = {}) =>
  ({ id, status: 'completed', conclusion: 'success', jobs: [], ...over }) as unknown as RunState
const job = (name: string, over: object) => ({ name, steps: [], annotations: [], ...over })
const failed = (id: string, name: string, step: string) => {
  const jobs = [job(name, { conclusion: 'failure', steps: [{ name: step, conclusion: 'failure' }] })]
  return run(id, { conclusion: 'failure', jobs } as unknown as Partial<RunState>)
}
const promotion = (over: Partial<Promotion> = {}) =>
  ({
    state: 'ready',
    gates: [{ title: 'CI', state: 'met', detail: '' }],
    approvals: [],
    ...over,
  }) as unknown as Promotion
const approved = promotion({
  state: 'done',
  approvals: [{ person: 'Ana', decision: 'approved', reason: 'fine', at: '2026-11-23T10:00:00.000Z' }],
})
const deployment = (release: string, over: Partial<Deployment> = {}) =>
  ({
    ...{ release, environment: 'production', kind: 'deploy', state: 'live', verdict: null },
    ...{ createdAt: '2026-11-23T10:00:00.000Z', liveAt: '2026-11-23T10:00:05.000Z', ...over },
  }) as unknown as Deployment

const way = (over: Partial<Way> = {}): Way => ({
  ...{ branch: 'first-steps', sha: 'aaaaaaa1', checks: null, delivery: null, promotion: null, deployments: [] },
  ...over,
})
const green = { checks: run('ci') }
const onStaging = { ...green, delivery: run('deploy', { status: 'waiting' }), promotion: promotion() }
const live = way({ ...onStaging, promotion: approved, deployments: [deployment('aaaaaaa1')] })
const broke = (over: Partial<Way>, kind: 'break' | 'revert' = 'break') =>
  ({ ...way({ sha: 'bad', branch: `${kind}-x-1`, ...over }), kind, of: 'fails-30-percent' }) as const

function standing(facts: Partial<SampleFacts>) {
  const steps = sampleSteps({ first: null, last: null, production: [], ...facts })
  return Object.fromEntries(steps.map(({ step, ...rest }) => [step, rest]))
}
const states = (facts: Partial<SampleFacts>) =>
  sampleSteps({ first: null, last: null, production: [], ...facts }).map(({ state }) => state)

test('before anything was pushed, the first step is under way and the rest to come', () => {
  expect(states({})).toEqual(['doing', 'todo', 'todo', 'todo', 'todo', 'todo', 'todo'])
})

test('a run that works says how far it is, and links to itself', () => {
  const jobs = [job('check (front-end)', { status: 'completed' }), job('check (back-end)', { status: 'in_progress' })]
  const checks = run('ci', { status: 'in_progress', conclusion: undefined, jobs } as unknown as Partial<RunState>)
  expect(standing({ first: way({ checks }) })['checked']).toMatchObject({
    state: 'doing',
    detail: '1 of 2 jobs done, check (back-end) at work',
    path: '/runs/ci',
  })
})

test('checks that fail are named, and nothing after them is promised', () => {
  const seen = standing({ first: way({ checks: failed('ci', 'check (back-end)', 'Test') }) })
  expect(seen['checked']).toMatchObject({ state: 'failed', detail: 'ended as failure in check (back-end) › Test' })
  expect(seen['staging']).toMatchObject({ state: 'todo' })
})

test('what staging proved waits for a person, with the way to decide', () => {
  const seen = standing({ first: way(onStaging) })
  expect(seen['staging']).toMatchObject({ state: 'done', path: '/runs/deploy' })
  expect(seen['approval']).toEqual({
    state: 'waiting',
    detail: 'every gate is met; production waits for you',
    path: '/releases/aaaaaaa1',
    act: { kind: 'review', release: 'aaaaaaa1' },
  })
})

test('a staging that failed is named', () => {
  const seen = standing({ first: way({ ...green, delivery: failed('deploy', 'staging', 'Deploy') }) })
  expect(seen['staging']).toMatchObject({ state: 'failed', detail: 'ended as failure in staging › Deploy' })
})

test('once production runs it, it can be broken', () => {
  const seen = standing({ first: live, production: live.deployments })
  expect(seen['approval']).toMatchObject({ state: 'done', detail: 'Ana approved it; production runs it' })
  expect(seen['broken']).toMatchObject({ state: 'todo', act: { kind: 'break' } })
})

test('a break that its checks, or staging, stop ends there; another one can be tried', () => {
  const byChecks = broke({ checks: failed('ci-2', 'check (back-end)', 'Test') })
  expect(standing({ first: live, last: byChecks })['broken']).toEqual({
    state: 'done',
    detail: 'fails-30-percent: stopped by its checks, in check (back-end) › Test',
    path: '/runs/ci-2',
    act: { kind: 'break' },
  })
  const byStaging = broke({ ...green, delivery: failed('deploy-2', 'staging', 'Deploy') })
  expect(standing({ first: live, last: byStaging })['broken']).toMatchObject({
    state: 'done',
    detail: 'fails-30-percent: stopped on staging, in staging › Deploy',
  })
})

test('a break whose checks are green waits to be merged, then for an approval; a gate may hold it', () => {
  expect(standing({ first: live, last: broke(green) })['broken']).toMatchObject({
    state: 'waiting',
    act: { kind: 'merge', branch: 'break-x-1' },
  })
  expect(standing({ first: live, last: broke(onStaging) })['broken']).toMatchObject({
    state: 'waiting',
    act: { kind: 'review', release: 'bad' },
  })
  const gates = [{ title: 'Migrations only add', state: 'unmet', detail: 'drops release' }]
  const held = broke({ ...onStaging, promotion: promotion({ state: 'waiting', gates } as Partial<Promotion>) })
  expect(standing({ first: live, last: held })['broken']?.detail).toBe(
    'fails-30-percent: Migrations only add: drops release',
  )
})

test('in production it wants visitors to be judged by, is rolled back, and can then be taken back', () => {
  const bad = deployment('bad', { createdAt: '2026-11-23T11:00:00.000Z' })
  const last = broke({ ...onStaging, promotion: approved, deployments: [bad] })
  const judged = { first: live, last, production: [bad, deployment('aaaaaaa1', { state: 'superseded' })] }
  expect(standing(judged)['rolledBack']).toMatchObject({ state: 'waiting', act: { kind: 'visit' } })
  const back = deployment('aaaaaaa1', { kind: 'rollback', createdAt: '2026-11-23T11:00:20.000Z' })
  const undone = { ...judged, production: [back, { ...bad, state: 'rolled-back' as const }] }
  expect(standing(undone)['rolledBack']).toMatchObject({
    state: 'done',
    detail: 'aaaaaaa runs again; promotions are held until a person resumes them',
    act: { kind: 'revert', sha: 'bad' },
  })
  const undoneWay = { ...last, deployments: [{ ...bad, state: 'rolled-back' as const }] }
  expect(standing({ ...undone, last: undoneWay })['broken']?.detail).toContain('Ana approved it; production ran it')
  const going = { ...judged, production: [{ ...back, liveAt: null }, bad] }
  expect(standing(going)['rolledBack']).toMatchObject({ state: 'doing', act: null })
})

test('a revert goes the same way; once it is live, the next break can be pushed', () => {
  const last = broke({ ...onStaging, promotion: approved, deployments: [deployment('bad')] }, 'revert')
  const seen = standing({ first: live, last, production: [deployment('bad')] })
  expect(seen['broken']).toMatchObject({
    state: 'done',
    detail: 'the revert of fails-30-percent: Ana approved it; production runs it',
    act: { kind: 'break' },
  })
  expect(seen['rolledBack']).toMatchObject({ state: 'todo', act: null })
})
