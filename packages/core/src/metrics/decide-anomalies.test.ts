import { expect, test } from 'vitest'
import type { Alert } from '../alert/alert.ts'
import { AnomaliesConfig } from '../config/config.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { decideAnomalies } from './decide-anomalies.ts'
import type { RunFact } from './run-fact.ts'

const at = (second: number) => new Date(Date.UTC(2026, 10, 1, 8, 0, second)).toISOString()

function run(index: number, seconds: number, more: Partial<RunFact> = {}): RunFact {
  const from = index * 10_000
  const conclusion = more.conclusion ?? 'success'
  const job = { name: 'test', runner: 'x', conclusion, queuedAt: at(from), startedAt: at(from), attempt: 1 }
  return {
    ...{ source: 'gantry', id: `r${index}`, attempt: 1, workflow: 'ci.yml', event: 'push', sha: 's', branch: 'main' },
    ...{ conclusion, createdAt: at(from), completedAt: at(from + seconds) },
    jobs: [{ ...job, completedAt: at(from + seconds) }],
    ...more,
  }
}

/** Judges after each run, as the server does, and says what was told after which. */
function told(runs: RunFact[], settings: Partial<AnomaliesConfig> = {}) {
  let open: Alert[] = []
  return runs.flatMap((_, index) => {
    const changes = decideAnomalies({
      project: 'p',
      runs: runs.slice(0, index + 1),
      deployments: [],
      settings: AnomaliesConfig.parse(settings),
      open,
      now: at(0),
    })
    open = [...open.filter(({ id }) => !changes.some(one => one.id === id)), ...changes].filter(
      ({ state }) => state === 'firing',
    )
    return changes.map(({ rule, state }) => `${index}: ${rule} ${state}`)
  })
}
const minutes = (...lengths: number[]) => lengths.map((length, index) => run(index, length * 60))
const usual = [1, 1, 1, 1, 1, 1, 1, 1, 1]

test('a slow run is told once while the runs after it are as slow, and once when they no longer are', () => {
  expect(told(minutes(...usual, 3, 3, 3, 1, 1))).toEqual(['9: ci-duration firing', '12: ci-duration resolved'])
})

test('what takes longer for good becomes the usual after ten runs', () => {
  expect(told(minutes(...usual, ...Array.from({ length: 14 }, () => 3)))).toEqual([
    '9: ci-duration firing',
    '19: ci-duration resolved',
  ])
})

test('a failed run neither ends nor begins what is said of durations, but of budgets', () => {
  const runs = minutes(...usual, 3)
  runs.push(run(10, 60, { conclusion: 'failure' }), run(11, 660, { conclusion: 'failure' }))
  expect(told(runs)).toEqual(['9: ci-duration firing', '11: ci-budget firing'])
})

test('a run whose jobs are not known yet says nothing', () => {
  expect(told([...minutes(...usual, 3), run(10, 0, { jobs: [] })])).toEqual(['9: ci-duration firing'])
})

test('limits are those of the config, and what is not asked for is not told', () => {
  expect(told(minutes(...usual, 3), { least: '5m' })).toEqual([])
  expect(told(minutes(...usual, 3), { budget: '2m' })).toEqual(['9: ci-duration firing', '9: ci-budget firing'])
  expect(told(minutes(...usual, 3, 20), { tell: ['failures'] })).toEqual([])
  expect(told(minutes(1, 1, 1, 3), { minimumRuns: 3 })).toEqual(['3: ci-duration firing'])
})

test('the same workflow is judged on each runner by itself', () => {
  const github = minutes(...usual, 3).map(one => ({ ...one, source: 'github' as const }))
  const changes = told([...minutes(...usual, 3), ...github])
  expect(changes).toEqual(['9: ci-duration firing', '19: ci-duration firing'])
})

const deployment = (id: number, state: Deployment['state'], environment = 'production') =>
  ({ id: `d${id}`, environment, state, release: 'r', failure: null, finishedAt: null, createdAt: at(id) }) as Deployment

test('deployments under way do not end a row of failures, other environments are another row', () => {
  const settings = AnomaliesConfig.parse({})
  const decide = (deployments: Deployment[]) =>
    decideAnomalies({ project: 'p', runs: [], deployments, settings, open: [], now: at(0) }).map(
      ({ summary }) => summary,
    )
  expect(decide([deployment(3, 'deploying'), deployment(2, 'failed'), deployment(1, 'failed')])).toEqual([
    'the last 2 deployments to production failed: no reason given',
  ])
  expect(decide([deployment(2, 'failed'), deployment(1, 'failed', 'staging')])).toEqual([])
  expect(decide([deployment(3, 'failed'), deployment(2, 'live'), deployment(1, 'failed')])).toEqual([])
})

test('alerts of other rules are left alone', () => {
  const settings = AnomaliesConfig.parse({})
  const open = [{ key: 'error-spike/production/web', state: 'firing' } as Alert]
  expect(decideAnomalies({ project: 'p', runs: [], deployments: [], settings, open, now: at(0) })).toEqual([])
})
