import { expect, test } from 'vitest'
import { GateConfig } from '../config/config.ts'
import type { CheckOnGitHub, RunOnGitHub } from '../github/commit-checks.ts'
import { runHere, runThere } from '../run/commit-run.ts'
import type { RunState } from '../run/run.ts'
import type { ChecksFact, GateFacts } from './define-gate.ts'
import { judgeGates } from './judge-gates.ts'

const now = '2026-11-23T10:00:00.000Z'
const ci = { gate: 'ciGreen' }
const judge = (gate: object, facts: Partial<GateFacts>) =>
  judgeGates(
    [GateConfig.parse(gate)],
    { runs: [], checks: null, asking: null, ...facts },
    {
      release: { id: 'a'.repeat(40) },
      environment: 'production',
      now,
    },
  )[0]
const there = (over: Partial<RunOnGitHub> = {}): RunOnGitHub => ({
  ...{ id: 42, number: 415, attempt: 1, path: '.github/workflows/ci.yml', event: 'push', isOfFork: false },
  ...{ status: 'completed', conclusion: 'success', suiteId: 5, url: 'https://github.com/acme/shop/actions/runs/42' },
  ...{ createdAt: '2026-11-23T09:00:00.000Z', updatedAt: '2026-11-23T09:05:00.000Z', jobs: [] },
  ...over,
})
const judged = (...runs: RunOnGitHub[]) => judge(ci, { runs: runs.map(runThere) })

test('says which run, when it ended, and where it is', () => {
  expect(judged(there())).toMatchObject({
    state: 'met',
    detail: 'run 415 on GitHub passed at 2026-11-23 09:05 UTC',
    evidence: 'https://github.com/acme/shop/actions/runs/42',
  })
  expect(judged(there({ attempt: 2, conclusion: 'timed_out' }))).toMatchObject({
    state: 'unmet',
    detail: 'run 415 on GitHub (attempt 2) ended with timed_out at 2026-11-23 09:05 UTC',
  })
  expect(judged(there({ status: 'in_progress', conclusion: null }))?.detail).toBe('run 415 on GitHub is in progress')
})

test.each([
  ['of a fork', { isOfFork: true }, 'it is of a fork'],
  ['of a pull request', { event: 'pull_request' }, 'it is of a pull request'],
  ['of the base of a pull request', { event: 'pull_request_target' }, 'it is of a pull request'],
  ['that follows another', { event: 'workflow_run' }, 'it is of workflow_run'],
] satisfies [string, Partial<RunOnGitHub>, string][])('a run %s proves nothing, and is named', (_, over, why) => {
  const one = judged(there(over))
  expect([one?.state, one?.detail]).toEqual(['waiting', expect.stringContaining(why)])
  // Nor does it undo what another one proved.
  const failed = there({ ...over, id: 43, number: 416, conclusion: 'failure', createdAt: '2026-11-23T10:00:00.000Z' })
  expect(judged(there(), failed)?.state).toBe('met')
})

test('a run that was cancelled or skipped leaves what another one proved, and proves nothing by itself', () => {
  const later = { id: 43, number: 416, createdAt: '2026-11-23T10:00:00.000Z' }
  for (const conclusion of ['cancelled', 'skipped']) {
    const ended = there({ ...later, conclusion })
    expect(judged(there(), ended)?.detail).toContain('run 415 on GitHub passed')
    expect(judged(there({ conclusion: 'failure' }), ended)?.state).toBe('unmet')
    expect(judged(ended)).toMatchObject({ state: 'unmet', next: 'run it again' })
  }
  expect(judged(there(), there({ ...later, status: 'queued', conclusion: null }))?.state).toBe('waiting')
  expect(judged(there(), there({ ...later, conclusion: 'failure' }))?.state).toBe('unmet')
  expect(judged(there({ path: '.github/workflows/other.yml' }))?.state).toBe('waiting')
})

test('where it runs here as well, both have to be green', () => {
  const both = (conclusion: 'success' | 'failure', elsewhere: string) => {
    const here = {
      id: 'r1',
      number: 7,
      workflowPath: 'ci.yml',
      status: 'completed',
      conclusion,
      createdAt: now,
      jobs: [],
    }
    return judge(ci, { runs: [runHere(here as unknown as RunState), runThere(there({ conclusion: elsewhere }))] })
  }
  expect(both('success', 'success')?.state).toBe('met')
  expect(both('failure', 'success')?.detail).toBe('run 7 ended with failure')
  expect(both('success', 'failure')?.detail).toContain('on GitHub ended with failure')
})

test('a green run here waits for what GitHub says of the commit, where it can be asked', () => {
  const here = { id: 'r1', number: 7, workflowPath: 'ci.yml', status: 'completed', createdAt: now, jobs: [] }
  const green = runHere({ ...here, conclusion: 'success' } as unknown as RunState)
  const red = runHere({ ...here, conclusion: 'failure' } as unknown as RunState)
  const of = (checks: GateFacts['checks'], runs = [green]) => judge(ci, { runs, checks })
  const nothing = { runs: [], named: null }
  const problem = 'GitHub answered 403 to /runs: Resource not accessible by integration'
  expect(of({ ...nothing, isRead: false })).toMatchObject({
    ...{ state: 'waiting', detail: 'GitHub has not said anything about aaaaaaa yet' },
  })
  expect(of({ ...nothing, isRead: false }, [])?.detail).toBe('GitHub has not said anything about aaaaaaa yet')
  expect(of({ ...nothing, isRead: true, problem })).toMatchObject({ state: 'waiting', detail: problem })
  expect(of({ ...nothing, isRead: false }, [red])?.state).toBe('unmet')
  // Checks were refused, and asked for by another gate.
  expect(of({ ...nothing, runs: [there()], isRead: true, problem })?.state).toBe('met')
  expect([of({ ...nothing, isRead: true })?.state, of(null)?.state]).toEqual(['met', 'met'])
  const e2e = { gate: 'e2eGreen', workflow: 'ci.yml' }
  expect(judge(e2e, { runs: [green], checks: { ...nothing, isRead: false } })?.state).toBe('waiting')
})

const check = (name: string, over: Partial<CheckOnGitHub> = {}): CheckOnGitHub => ({
  ...{ name, appId: 15368, status: 'completed', conclusion: 'success', at: '2026-11-23T09:05:00.000Z' },
  ...{ url: `https://github.com/acme/shop/runs/${name}`, runId: null, isOfUnknownRun: false },
  ...over,
})
const named = (asked: unknown, checks: CheckOnGitHub[], over: Partial<NonNullable<ChecksFact['named']>> = {}) =>
  judge(
    { gate: 'ciGreen', checks: asked },
    {
      runs: [],
      checks: { isRead: true, runs: [there({ event: 'pull_request' })], named: { checks, required: [], ...over } },
    },
  )

test('checks that are named have to be green, each by its newest', () => {
  expect(named(['gate'], [check('gate')])).toMatchObject({
    ...{ state: 'met', title: 'gate green', detail: 'gate passed at 2026-11-23 09:05 UTC' },
    evidence: 'https://github.com/acme/shop/runs/gate',
  })
  expect(named(['gate', 'cla'], [check('gate'), check('cla', { conclusion: 'neutral' })])?.detail).toBe(
    '2 checks passed: gate, cla',
  )
  expect(named(['gate', 'cla'], [check('gate')])).toMatchObject({
    state: 'waiting',
    detail: 'no check cla for aaaaaaa yet',
  })
  const again = check('gate', { at: '2026-11-23T09:09:00.000Z', status: 'in_progress', conclusion: null })
  expect(named(['gate'], [again, check('gate')])?.detail).toBe('gate is in progress')
  for (const conclusion of ['failure', 'cancelled', 'skipped', 'stale', null])
    expect(named(['gate'], [check('gate', { conclusion })])?.state).toBe('unmet')
})

test('of checks with one name from several Apps or workflow files the worst decides', () => {
  const later = { at: '2026-11-23T09:09:00.000Z' }
  const runs = [there(), there({ id: 43, path: '.github/workflows/other.yml' }), there({ id: 44 })]
  const of = (...checks: CheckOnGitHub[]) =>
    judge({ gate: 'ciGreen', checks: ['gate'] }, { checks: { isRead: true, runs, named: { checks, required: [] } } })
  const red = { runId: 42, conclusion: 'failure' }
  expect(of(check('gate', red), check('gate', { runId: 43, ...later }))?.state).toBe('unmet')
  expect(of(check('gate', { ...red, runId: null, appId: 3 }), check('gate', later))?.state).toBe('unmet')
  const running = check('gate', { runId: 42, status: 'in_progress', conclusion: null })
  expect(of(running, check('gate', { runId: 43, ...later }))?.detail).toBe('gate is in progress')
  // Another run of the same file takes its place.
  expect(of(check('gate', red), check('gate', { runId: 44, ...later }))?.state).toBe('met')
})

test('a check of a fork, of a pull request, or of a run that is not there counts for nothing', () => {
  expect(named(['gate'], [check('gate', { runId: 42 })])?.state).toBe('waiting')
  expect(named(['gate'], [check('gate', { isOfUnknownRun: true })])?.state).toBe('waiting')
})

test('those the rules of the branch require are of the App they are required of', () => {
  const required = [{ name: 'gate', appId: 7 }]
  expect(named('required', [check('gate')], { required })?.state).toBe('waiting')
  expect(named('required', [check('gate', { appId: 7 })], { required })?.state).toBe('met')
  expect(named('required', [check('gate', { appId: null })], { required })?.state).toBe('waiting')
  expect(named('required', [check('gate')])?.detail).toBe('the rules of the branch require no check')
})

test('without GitHub, or before it was asked, a check by name is not met', () => {
  const asked = { gate: 'ciGreen', checks: ['gate'] }
  expect(judge(asked, { checks: null })).toMatchObject({ state: 'unmet', next: expect.stringContaining('connect') })
  expect(judge(asked, { checks: { isRead: false, runs: [], named: null } })?.state).toBe('waiting')
  const problem = 'GitHub answered 403 to /check-runs: Resource not accessible by integration'
  expect(judge(asked, { checks: { isRead: true, runs: [], named: null, problem } })).toMatchObject({
    ...{ state: 'waiting', detail: problem, next: expect.stringContaining('let the App read checks') },
  })
})

test('the end-to-end job is known by what its name begins with', () => {
  const jobs = (...names: string[]) =>
    names.map(name => ({ name, status: 'completed', conclusion: 'success', url: `https://github.com/${name}` }))
  const asking = (...names: string[]) => ({ asking: { run: runThere(there({ jobs: jobs(...names) })), jobId: 'x' } })
  const e2e = { gate: 'e2eGreen' }
  expect(judge(e2e, asking('build', 'e2e'))).toMatchObject({
    ...{ state: 'met', detail: 'e2e passed in run 415 on GitHub', evidence: 'https://github.com/e2e' },
  })
  expect(judge(e2e, asking('e2e (a)', 'e2e (b)'))?.state).toBe('met')
  expect(judge(e2e, asking('e2e / journeys'))?.state).toBe('met')
  expect(judge(e2e, asking('e2e-smoke'))?.detail).toBe('run 415 on GitHub has no job named e2e')
  const other = { gate: 'e2eGreen', workflow: 'ci.yml' }
  const ofFork = runThere(there({ isOfFork: true, jobs: jobs('e2e'), createdAt: now }))
  expect(judge(other, { runs: [ofFork] })?.state).toBe('waiting')
  expect(judge(other, { runs: [ofFork, runThere(there({ jobs: jobs('e2e') }))] })?.state).toBe('met')
})
