import { describe, expect, it } from 'vitest'
import type { RunState } from '../run/run.ts'
import { atLeast } from './anomaly.ts'
import { ciMetrics } from './ci-metrics.ts'
import { percentilesOf } from './percentiles.ts'
import { durationOf } from './run-duration.ts'
import { factOfRun, type JobFact, type RunFact } from './run-fact.ts'

const at = (second: number) => new Date(Date.UTC(2026, 10, 1, 8, 0, second)).toISOString()
const span = { from: at(0), to: at(1_000_000) }

const job = (from: number, to: number, rest: Partial<JobFact> = {}): JobFact => ({
  name: 'test',
  runner: 'ubuntu-latest',
  conclusion: 'success',
  queuedAt: at(from - 2),
  startedAt: at(from),
  completedAt: at(to),
  attempt: 1,
  ...rest,
})

let count = 0
const run = (from: number, to: number, rest: Partial<RunFact> = {}): RunFact => ({
  source: 'github',
  id: `run-${count++}`,
  attempt: 1,
  workflow: 'ci.yml',
  event: 'pull_request',
  sha: `sha-${count}`,
  branch: 'main',
  conclusion: 'success',
  createdAt: at(from - 5),
  completedAt: at(to),
  jobs: [job(from, to, { conclusion: rest.conclusion ?? 'success' })],
  ...rest,
})

describe('the figures of a workflow', () => {
  it('are counts, success rate, duration and queue', () => {
    const runs = [run(10, 70), run(110, 230, { conclusion: 'failure' }), run(300, 310, { conclusion: 'cancelled' })]
    const [ci] = ciMetrics(runs, { ...span, budgetMs: 100_000 }).workflows
    expect(ci).toMatchObject({
      name: 'ci.yml',
      count: 3,
      succeeded: 1,
      failed: 1,
      cancelled: 1,
      successRate: 0.5,
      durationMs: { p50: 60_000, p95: 120_000 },
      queueMs: { p50: 5_000, p95: 5_000 },
      overBudget: 1,
      trend: null,
      anomaly: null,
    })
    expect(ci?.jobs).toMatchObject([{ name: 'test', count: 3, queueMs: { p50: 2_000, p95: 2_000 } }])
  })

  it('leave out what lies outside of the time asked for', () => {
    expect(ciMetrics([run(10, 70)], { from: at(100), to: at(200) }).workflows).toEqual([])
  })

  it('are by runner as well', () => {
    const { runners } = ciMetrics([run(10, 20), run(30, 40, { jobs: [job(30, 40, { runner: 'local' })] })], span)
    expect(runners.map(({ name, count: jobs }) => [name, jobs])).toEqual([
      ['ubuntu-latest', 1],
      ['local', 1],
    ])
  })

  it('keep runs of different runners apart, which do not compare', () => {
    const runs = [run(10, 20, { source: 'gantry', sha: 'x', conclusion: 'failure' }), run(30, 330, { sha: 'x' })]
    const { workflows, flakes } = ciMetrics(runs, span)
    expect(workflows.map(({ source, durationMs }) => [source, durationMs?.p50])).toEqual([
      ['gantry', 10_000],
      ['github', 300_000],
    ])
    expect(flakes).toEqual([])
  })

  it('of what never ran, or was cut off, are counts alone', () => {
    const never = job(0, 0, { name: 'never', startedAt: null, conclusion: 'cancelled' })
    const skipped = job(1, 2, { name: 'skipped', conclusion: 'skipped' })
    const cut = run(0, 9, { conclusion: 'cancelled', jobs: [never, skipped] })
    const [workflow] = ciMetrics([cut, run(20, 30, { jobs: [] })], span).workflows
    expect(workflow).toMatchObject({ count: 2, succeeded: 1, cancelled: 1, successRate: 1, trend: null })
    expect(workflow?.jobs.map(({ name, successRate, durationMs }) => [name, successRate, durationMs])).toEqual([
      ['never', null, null],
      ['skipped', null, null],
    ])
    expect(workflow?.jobs[0]?.queueMs).toBeNull()
  })

  it('are listed by how often they ran, and then by name', () => {
    const facts = ['b.yml', 'a.yml', 'c.yml', 'c.yml'].map(workflow => run(0, 1, { workflow }))
    expect(ciMetrics(facts, span).workflows.map(({ name }) => name)).toEqual(['c.yml', 'a.yml', 'b.yml'])
  })

  it('say whether it became slower', () => {
    const runs = [10, 10, 10, 20, 20, 20].map((seconds, index) => run(index * 100, index * 100 + seconds))
    expect(ciMetrics(runs, span).workflows[0]?.trend).toBe(2)
  })

  it('count work once where jobs overlap, and no waiting for people', () => {
    const jobs = [job(0, 60), job(10, 50), job(3600, 3660), job(5, 5, { startedAt: null, conclusion: 'skipped' })]
    expect(durationOf(run(0, 3660, { jobs }))).toBe(120_000)
  })
})

describe('a flake', () => {
  it('is a job that failed and passed on one commit; it costs what the failures took', () => {
    const same = { sha: 'same' }
    const runs = [
      run(0, 60, { ...same, conclusion: 'failure' }),
      run(100, 160, same),
      run(200, 260),
      run(300, 330, { conclusion: 'failure' }),
    ]
    expect(ciMetrics(runs, span).flakes).toEqual([
      { workflow: 'ci.yml', job: 'test', commits: 1, rate: 1 / 3, costMs: 60_000, lastSha: 'same' },
    ])
  })
})

describe('an anomaly', () => {
  const usual = (lengths: number[]) => lengths.map((seconds, index) => run(index * 1000, index * 1000 + seconds))
  const anomaly = (runs: RunFact[]) => ciMetrics(runs, span).workflows[0]?.anomaly

  it('is a newest run that took far longer than those before', () => {
    const former = [60, 62, 58, 61, 60, 63, 59, 60, 61]
    expect(anomaly(usual([...former, 180]))).toBe('took 3 min 00 s, usually 1 min 00 s')
    expect(anomaly(usual([...former, 64]))).toBeNull()
    expect(anomaly(usual([180, ...former]))).toBeNull()
  })

  it('is not called of a workflow that varies anyway, that is short, or that has no history', () => {
    expect(anomaly(usual([60, 180, 70, 200, 65, 190, 75, 185, 60, 190]))).toBeNull()
    expect(anomaly(usual([1, 1, 1, 1, 1, 1, 1, 1, 1, 9]))).toBeNull()
    expect(anomaly(usual([60, 60, 60, 600]))).toBeNull()
  })

  it('is failing far more often than before', () => {
    const runs = (failures: number) => [
      ...Array.from({ length: 30 }, (_, index) => run(index * 100, index * 100 + 10)),
      ...Array.from({ length: 10 }, (_, index) =>
        run(5000 + index * 100, 5010 + index * 100, { conclusion: index < failures ? 'failure' : 'success' }),
      ),
    ]
    expect(anomaly(runs(4))).toBe('4 of the last 10 failed, usually 0 %')
    expect(anomaly(runs(1))).toBeNull()
  })

  it('is judged by the binomial distribution', () => {
    expect(atLeast(0, 10, 0.1)).toBeCloseTo(1)
    expect(atLeast(1, 10, 0.1)).toBeCloseTo(1 - 0.9 ** 10)
    expect(atLeast(10, 10, 0.5)).toBeCloseTo(0.5 ** 10)
  })
})

it('percentiles are values that were measured', () => {
  expect(percentilesOf([])).toBeNull()
  expect(percentilesOf([3])).toEqual({ p50: 3, p95: 3 })
  expect(percentilesOf([4, 1, 3, 2])).toEqual({ p50: 2, p95: 4 })
})

describe('the fact of a run of Gantry', () => {
  const state = (change: Partial<RunState>): RunState => ({
    id: 'r',
    number: 1,
    workflowPath: '.github/workflows/ci.yml',
    workflowName: 'ci',
    event: 'push',
    eventPayload: {},
    inputs: {},
    ref: 'refs/heads/main',
    sha: 'abc',
    actor: 'Ada',
    title: 'x',
    status: 'completed',
    conclusion: 'success',
    createdAt: at(0),
    completedAt: at(30),
    attempt: 1,
    jobs: [],
    ...change,
  })
  const jobState = (key: string, needs: string[], from: number | null, to: number): RunState['jobs'][number] => ({
    id: key,
    key,
    name: key,
    needs,
    status: 'completed',
    conclusion: from === null ? 'skipped' : 'success',
    createdAt: at(0),
    ...(from === null ? {} : { startedAt: at(from) }),
    completedAt: at(to),
    steps: [],
    outputs: {},
    annotations: [],
    attempt: 1,
  })

  it('queues a job from when all it needs was done', () => {
    const jobs = [jobState('a', [], 1, 10), jobState('b', ['a'], 12, 30), jobState('c', ['b'], null, 30)]
    const fact = factOfRun(state({ jobs }))
    expect(fact).toMatchObject({ workflow: 'ci.yml', branch: 'main', source: 'gantry' })
    expect(fact?.jobs.map(({ name, queuedAt, startedAt }) => [name, queuedAt, startedAt])).toEqual([
      ['a', at(0), at(1)],
      ['b', at(10), at(12)],
      ['c', at(30), null],
    ])
  })

  it('is none while it goes on', () => {
    expect(factOfRun(state({ status: 'in_progress' }))).toBeNull()
  })
})
