import { describe, expect, test } from 'vitest'
import { GateConfig } from '../config/config.ts'
import { type CommitRun, runHere } from '../run/commit-run.ts'
import type { Conclusion, JobState, RunState, Status } from '../run/run.ts'
import type { GateFacts } from './define-gate.ts'
import { gateFactsOf, gatesAgainInMs, judgeGates } from './judge-gates.ts'

const sha = 'a'.repeat(40)
const now = '2026-11-23T10:00:00.000Z'

const job = (key: string, status: Status, conclusion?: Conclusion, id = key): JobState => ({
  id,
  key,
  name: id,
  needs: [],
  status,
  ...(conclusion && { conclusion }),
  createdAt: now,
  steps: [],
  outputs: {},
  annotations: [],
  attempt: 1,
})
const stateOf = (over: Partial<RunState>): RunState => ({
  id: 'r1',
  number: 7,
  workflowPath: '.github/workflows/ci.yml',
  workflowName: 'ci',
  event: 'push',
  eventPayload: {},
  inputs: {},
  ref: 'refs/heads/main',
  sha,
  actor: 'ann',
  title: 't',
  status: 'completed',
  conclusion: 'success',
  createdAt: '2026-11-23T09:00:00.000Z',
  attempt: 1,
  jobs: [],
  ...over,
})
const run = (over: Partial<RunState> = {}): CommitRun => runHere(stateOf(over))
const facts = (over: Partial<GateFacts> = {}): GateFacts => ({
  runs: [run()],
  checks: null,
  asking: { run: run({ id: 'r2', number: 8, jobs: [job('e2e', 'completed', 'success')] }), jobId: 'production' },
  from: { environment: 'staging', release: sha, since: '2026-11-23T09:30:00.000Z', verdict: null, isJudged: true },
  newIssues: { count: 0, titles: [] },
  migrations: { pending: [], isFirst: false },
  monitors: [],
  incidents: [],
  checklist: null,
  wayBack: null,
  ...over,
})
const judge = (gate: object, over: Partial<GateFacts> = {}) =>
  judgeGates([GateConfig.parse(gate)], facts(over), { release: { id: sha }, environment: 'production', now })[0]

test('what has to be known is what the gates of the environment ask for, and nothing else', () => {
  const asked = (...names: string[]) =>
    [...gateFactsOf(names.map(gate => GateConfig.parse({ gate, ...(gate === 'soak' && { for: '1h' }) })))].sort()
  expect(asked()).toEqual([])
  expect(asked('soak')).toEqual(['from'])
  expect(asked('noNewIssues', 'ciGreen')).toEqual(['checks', 'newIssues', 'runs'])
  expect(asked('migrationsSafe', 'e2eGreen', 'e2eGreen')).toEqual(['asking', 'checks', 'migrations', 'runs'])
})

test('all are judged, in the order of the config', () => {
  const settings = [{ gate: 'soak', for: '15m' }, { gate: 'ciGreen' }, { gate: 'e2eGreen' }].map(each =>
    GateConfig.parse(each),
  )
  expect(
    judgeGates(settings, facts(), { release: { id: sha }, environment: 'production', now }).map(each => [
      each.gate,
      each.state,
    ]),
  ).toEqual([
    ['soak', 'met'],
    ['ciGreen', 'met'],
    ['e2eGreen', 'met'],
  ])
})

describe('ciGreen', () => {
  const ci = { gate: 'ciGreen' }
  test('waits for a run', () => {
    expect(judge(ci, { runs: [] })).toMatchObject({
      state: 'waiting',
      detail: 'no run of ci.yml for aaaaaaa yet',
      evidence: null,
    })
    expect(judge({ ...ci, workflow: 'other.yml' })?.state).toBe('waiting')
    expect(judge(ci, { runs: [run({ status: 'in_progress' })] })).toMatchObject({
      state: 'waiting',
      detail: 'run 7 is in progress',
    })
  })
  test('the newest run counts', () => {
    const failed = run({ conclusion: 'failure', createdAt: '2026-11-23T08:00:00.000Z' })
    expect(judge(ci, { runs: [failed, run()] })).toMatchObject({ state: 'met', evidence: '/runs/r1' })
    const later = run({ id: 'r9', number: 9, conclusion: 'failure' })
    expect(judge(ci, { runs: [run(), later] })).toMatchObject({
      state: 'unmet',
      detail: 'run 9 ended with failure',
      evidence: '/runs/r9',
    })
  })
})

describe('e2eGreen', () => {
  const e2e = { gate: 'e2eGreen' }
  const asked = (...jobs: JobState[]) => ({ asking: { run: run({ jobs }), jobId: 'x' } })
  test('needs the job in the run that asks', () => {
    expect(judge(e2e, { asking: null })?.state).toBe('waiting')
    expect(judge(e2e, asked(job('test', 'completed', 'success')))).toMatchObject({
      state: 'unmet',
      detail: 'run 7 has no job named e2e',
    })
  })
  test('every leg of its matrix must pass', () => {
    const good = job('e2e', 'completed', 'success', 'e2e (a)')
    expect(judge(e2e, asked(good))).toMatchObject({ state: 'met', evidence: '/runs/r1?job=e2e%20(a)' })
    expect(judge(e2e, asked(good, job('e2e', 'in_progress', undefined, 'e2e (b)')))).toMatchObject({
      state: 'waiting',
      detail: 'e2e (b) is in progress',
    })
    expect(judge(e2e, asked(good, job('e2e', 'completed', 'skipped', 'e2e (b)')))).toMatchObject({
      state: 'unmet',
      detail: 'e2e (b) ended with skipped',
    })
  })
  test('says what the journeys were proved by, as the job said it; one leg without a browser is enough', () => {
    const leg = (outputs: Record<string, string>) => ({ ...job('e2e', 'completed', 'success'), outputs })
    const provedBy = (...jobs: JobState[]) => judge(e2e, asked(...jobs))?.provedBy
    expect(provedBy(leg({ 'proved-by': 'browser' }))).toBe('browser')
    expect(provedBy(leg({ 'proved-by': 'browser' }), leg({ 'proved-by': 'http' }))).toBe('http')
    expect(provedBy(leg({}))).toBeUndefined()
    expect(provedBy(leg({ 'proved-by': 'guessing' }))).toBeUndefined()
    expect(judge(e2e, asked(leg({ 'proved-by': 'http' })))?.state).toBe('met')
  })
})

test('what has to be judged again though nothing changes says when, and keeps that out of what is stored', () => {
  const settings = ['1h', '45m'].map(each => GateConfig.parse({ gate: 'soak', for: each }))
  const at = { release: { id: sha }, environment: 'production', now }
  expect(gatesAgainInMs(settings, facts(), at)).toBe(15 * 60_000)
  expect(gatesAgainInMs([GateConfig.parse({ gate: 'soak', for: '30m' })], facts(), at)).toBeNull()
  expect(gatesAgainInMs([GateConfig.parse({ gate: 'ciGreen' })], facts({ runs: [] }), at)).toBeNull()
  expect(judgeGates(settings, facts(), at)[0]).not.toHaveProperty('againInMs')
})

describe('soak', () => {
  const soak = { gate: 'soak', for: '1h' }
  test('waits, and says how long', () => {
    expect(judge(soak)).toMatchObject({ state: 'waiting', detail: '30 min to go', title: '1h on staging' })
  })
  test('is met to the second', () => {
    const from = {
      environment: 'staging',
      release: sha,
      since: '2026-11-23T09:00:00.000Z',
      verdict: null,
      isJudged: true,
    }
    expect(judge(soak, { from })?.state).toBe('met')
    expect(judge(soak, { from: { ...from, since: '2026-11-23T09:00:01.000Z' } })?.state).toBe('waiting')
  })
  test('cannot be met where another release runs, or nothing, or no environment is before', () => {
    expect(
      judge(soak, {
        from: { environment: 'staging', release: 'b'.repeat(40), since: now, verdict: null, isJudged: true },
      }),
    ).toMatchObject({
      state: 'unmet',
      detail: 'staging runs bbbbbbb now',
    })
    expect(
      judge(soak, { from: { environment: 'staging', release: null, since: null, verdict: null, isJudged: true } })
        ?.state,
    ).toBe('waiting')
    expect(judge(soak, { from: null })?.state).toBe('unmet')
  })
})

describe('noNewIssues', () => {
  test('names the first three', () => {
    expect(judge({ gate: 'noNewIssues' })?.state).toBe('met')
    expect(judge({ gate: 'noNewIssues' }, { newIssues: { count: 5, titles: ['a', 'b', 'c', 'd'] } })).toMatchObject({
      state: 'unmet',
      detail: '5 new: a; b; c and 2 more',
    })
  })
})

describe('migrationsSafe', () => {
  const safe = { gate: 'migrationsSafe' }
  const adds = { version: '1', name: 'm', sql: '', effect: 'expand' as const, verdicts: [] }
  test('is met when all only add', () => {
    expect(judge(safe)?.state).toBe('met')
    expect(judge(safe, { migrations: { pending: [adds], isFirst: false } })).toMatchObject({
      state: 'met',
      detail: '1 to apply, what runs now goes on working',
    })
  })
  const drops = {
    ...{ class: 'contract' as const, isSafe: false, line: 4, statement: 'drop table a', why: 'drops table a' },
    ...{ instead: 'Drop it later.', accepted: null },
  }
  const takes = { ...adds, effect: 'contract' as const, verdicts: [drops] }
  test('the first release takes nothing away from another', () => {
    expect(judge(safe, { migrations: { pending: [adds, takes], isFirst: true } })).toMatchObject({
      state: 'met',
      detail: '2 to apply, nothing is live there yet',
    })
  })
  test('says what would be taken away', () => {
    expect(judge(safe, { migrations: { pending: [adds, takes], isFirst: false } })).toMatchObject({
      state: 'unmet',
      detail: '1_m, line 4: drops table a',
      next: 'Drop it later.',
    })
    const many = { ...takes, verdicts: [drops, drops, drops, drops, drops] }
    expect(judge(safe, { migrations: { pending: [many], isFirst: false } })?.detail).toContain('; 2 statements more')
  })
  test('is met by what a person accepted, and says so', () => {
    const accepted = { ...takes, verdicts: [{ ...drops, accepted: 'no release reads it' }] }
    expect(judge(safe, { migrations: { pending: [accepted], isFirst: false } })).toMatchObject({
      state: 'met',
      detail: '1 to apply, what runs now goes on working; 1_m, line 4: drops table a (accepted: no release reads it)',
    })
  })
})

test('what ended without a conclusion is not met', () => {
  expect(judge({ gate: 'ciGreen' }, { runs: [{ ...run(), conclusion: null }] })).toMatchObject({
    state: 'unmet',
    detail: 'run 7 ended with no conclusion',
  })
  const asking = { run: run({ jobs: [job('e2e', 'completed')] }), jobId: 'x' }
  expect(judge({ gate: 'e2eGreen' }, { asking })).toMatchObject({
    state: 'unmet',
    detail: 'e2e ended with no conclusion',
  })
  expect(judge({ gate: 'noNewIssues' }, { newIssues: { count: 1, titles: ['a'] } })?.detail).toBe('1 new: a')
  const older = run({
    id: 'r0',
    number: 6,
    createdAt: '2026-11-22T09:00:00.000Z',
    workflowPath: 'ci.yml',
    conclusion: 'failure',
  })
  expect(judge({ gate: 'ciGreen' }, { runs: [run(), older] })?.state).toBe('met')
})
