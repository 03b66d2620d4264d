import type { RunState } from '@gantry/core'
import { expect, test } from 'vitest'
import { concurrencyOf, supersededBy } from './concurrency.ts'

const run = (over: Partial<RunState> = {}): RunState => ({
  id: 'r1',
  number: 7,
  workflowPath: '.github/workflows/ci.yml',
  workflowName: 'ci',
  event: 'pull_request',
  eventPayload: { repository: { full_name: 'local/tiny', owner: { login: 'local' } }, number: 3 },
  inputs: {},
  ref: 'refs/pull/3/merge',
  sha: 'a'.repeat(40),
  actor: 'Kim',
  title: 'A title',
  status: 'queued',
  createdAt: '2026-11-23T10:00:00.000Z',
  attempt: 1,
  jobs: [],
  ...over,
})
const file = (concurrency: string) =>
  `name: ci\non:\n  pull_request:\n  workflow_dispatch:\n    inputs:\n      where: { type: string, default: staging }\n${concurrency}jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: "true" }]\n`
const of = (concurrency: string, over?: Partial<RunState>) => concurrencyOf(run(over), file(concurrency))

test.each([
  ['concurrency: Deploy\n', { group: 'deploy', cancelsRunning: false }],
  [
    'concurrency:\n  group: ci-${{ github.ref }}\n  cancel-in-progress: true\n',
    { group: 'ci-refs/pull/3/merge', cancelsRunning: true },
  ],
  [
    "concurrency:\n  group: ${{ github.workflow }}-${{ github.event.number }}\n  cancel-in-progress: ${{ github.ref != 'refs/heads/main' }}\n",
    { group: 'ci-3', cancelsRunning: true },
  ],
  [
    "concurrency:\n  group: ${{ github.repository }}\n  cancel-in-progress: ${{ github.event_name == 'push' }}\n",
    { group: 'local/tiny', cancelsRunning: false },
  ],
])('%j', (concurrency, expected) => {
  expect(of(concurrency)).toEqual(expected)
})

test('inputs of a run started by hand count', () => {
  const concurrency = 'concurrency: deploy-${{ inputs.where }}\n'
  const byHand = { event: 'workflow_dispatch', inputs: { where: 'production' } }
  expect(of(concurrency, byHand)).toEqual({ group: 'deploy-production', cancelsRunning: false })
})

test('no group is no concurrency: none asked for, an empty one, a file that cannot be read', () => {
  expect(of('')).toBeNull()
  expect(of('concurrency: ${{ github.event.nothing }}\n')).toBeNull()
  expect(concurrencyOf(run(), file('concurrency: x\n').replace('runs-on', 'runs-onn'))).toBeNull()
  expect(concurrencyOf(run({ eventPayload: {} }), file('concurrency: x${{ github.repository }}\n'))).toEqual({
    group: 'x',
    cancelsRunning: false,
  })
})

test('the one under way is ended only where the file says so; those that wait are, by a newer one', () => {
  const [holder, waiting] = [run({ id: 'holder' }), run({ id: 'waiting' })]
  expect(supersededBy({ group: 'x', cancelsRunning: false }, [holder, waiting])).toEqual([waiting])
  expect(supersededBy({ group: 'x', cancelsRunning: true }, [holder, waiting])).toEqual([holder, waiting])
  expect(supersededBy({ group: 'x', cancelsRunning: false }, [holder])).toEqual([])
  expect(supersededBy({ group: 'x', cancelsRunning: true }, [])).toEqual([])
})
