import { expect, test } from 'vitest'
import type { RunState } from '../run/run.ts'
import { ciMetrics } from './ci-metrics.ts'
import { factOfRun, type JobFact, type RunFact } from './run-fact.ts'

const at = (second: number) => new Date(Date.UTC(2026, 10, 1, 8, 0, second)).toISOString()
const span = { from: at(0), to: at(100_000) }
const job = (more: Partial<JobFact> = {}): JobFact => ({
  name: 'test',
  runner: 'local',
  conclusion: 'success',
  queuedAt: at(0),
  startedAt: at(10),
  completedAt: at(20),
  attempt: 1,
  ...more,
})
const run = (id: string, more: Partial<RunFact> = {}): RunFact => ({
  source: 'gantry',
  id,
  attempt: 1,
  workflow: 'ci.yml',
  event: 'push',
  sha: `sha-${id}`,
  branch: 'main',
  conclusion: 'success',
  createdAt: at(0),
  completedAt: at(20),
  jobs: [job()],
  ...more,
})

test('figures do not depend on the order the facts came in', () => {
  const runs = [30, 10, 50, 20, 40].map(end =>
    run(`r${end}`, { completedAt: at(end), jobs: [job({ completedAt: at(end) })] }),
  )
  expect(ciMetrics(runs, span)).toEqual(ciMetrics(runs.toReversed(), span))
})

test('workflows that ran as often as each other are in the order of their names, and runners stay apart', () => {
  const runs = [run('1', { workflow: 'e2e.yml' }), run('2', { workflow: 'ci.yml' }), run('3', { source: 'github' })]
  const { workflows } = ciMetrics(runs, span)
  expect(workflows.map(({ name, source }) => `${name} ${source}`)).toEqual([
    'ci.yml gantry',
    'ci.yml github',
    'e2e.yml gantry',
  ])
})

test('a run whose jobs never began has neither a duration that counts nor a queue', () => {
  const skipped = job({ conclusion: 'skipped', startedAt: null })
  const [figures] = ciMetrics([run('1', { conclusion: 'skipped', jobs: [skipped] })], span).workflows
  expect(figures).toMatchObject({ count: 1, successRate: null, durationMs: null, queueMs: null, trend: null })
  expect(figures?.jobs).toMatchObject([{ name: 'test', durationMs: null, queueMs: null }])
})

test('a clock that went back makes no time negative', () => {
  const back = job({ queuedAt: at(15), startedAt: at(10), completedAt: at(5) })
  const [figures] = ciMetrics([run('1', { createdAt: at(30), jobs: [back] })], span).workflows
  expect(figures).toMatchObject({ durationMs: { p50: 0 }, queueMs: { p50: 0 } })
  expect(figures?.jobs).toMatchObject([{ durationMs: { p50: 0 }, queueMs: { p50: 0 } }])
})

test('a job waited from when the last it needs had ended, one that never ended is left out', () => {
  const base = { steps: [], outputs: {}, annotations: [], attempt: 1, status: 'completed', createdAt: at(0) }
  const state = {
    id: 'r1',
    attempt: 1,
    workflowPath: 'ci.yml',
    event: 'push',
    sha: 's',
    ref: 'refs/heads/main',
    status: 'completed',
    conclusion: 'cancelled',
    createdAt: at(0),
    completedAt: at(40),
    jobs: [
      { ...base, key: 'a', name: 'a', needs: [], conclusion: 'success', startedAt: at(1), completedAt: at(9) },
      { ...base, key: 'b', name: 'b', needs: [], conclusion: 'success', startedAt: at(1), completedAt: at(12) },
      { ...base, key: 'c', name: 'c', needs: ['a', 'b'], conclusion: 'skipped', completedAt: at(12) },
      { ...base, key: 'd', name: 'd', needs: ['e'], conclusion: 'success', startedAt: at(2), completedAt: at(3) },
      { ...base, key: 'e', name: 'e', needs: [], status: 'queued' },
    ],
  } as unknown as RunState
  expect(factOfRun(state)?.jobs.map(({ name, queuedAt, startedAt }) => [name, queuedAt, startedAt])).toEqual([
    ['a', at(0), at(1)],
    ['b', at(0), at(1)],
    ['c', at(12), null],
    ['d', at(0), at(2)],
  ])
  expect(factOfRun({ ...state, status: 'in_progress' })).toBeNull()
})
