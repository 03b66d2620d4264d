import type { RunFilter, RunState } from '@gantry/core'
import { expect, test } from 'vitest'
import { sampleFacts } from './sample-facts.ts'

const facts = (branches: string[]) =>
  sampleFacts({
    project: 'p',
    repository: { branches: async () => branches.map(name => ({ name, sha: `sha of ${name}` })) },
    store: {
      runs: {
        list: async (_: string, { sha, workflowPath }: RunFilter) => [{ id: `${workflowPath} ${sha}` } as RunState],
      },
      promotions: { list: async () => [] },
      deployments: { list: async () => [] },
    } as unknown as Parameters<typeof sampleFacts>[0]['store'],
  })

test('knows the newest break or revert by the time in its name, whatever else was pushed', async () => {
  const { first, last } = await facts([
    'first-steps',
    'main',
    'break-failing-test-m1abc',
    'break-fails-30-percent-m1zzz',
    'breaking-news',
    'revert-bad1234-m1abd',
  ])
  expect(first).toMatchObject({ branch: 'first-steps', checks: { id: '.github/workflows/ci.yml sha of first-steps' } })
  expect(last).toMatchObject({ kind: 'break', of: 'fails-30-percent', branch: 'break-fails-30-percent-m1zzz' })
  const reverted = await facts(['first-steps', 'break-fails-30-percent-m1zzz', 'revert-bad1234-m2aaa'])
  expect(reverted.last).toMatchObject({ kind: 'revert', of: 'bad1234' })
})

test('an empty repository has taken no step', async () => {
  expect(await facts([])).toEqual({ first: null, last: null, production: [] })
})
