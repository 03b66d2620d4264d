import { local, parseConfig } from '@gantry/config'
import { isRollbackWorkflow, type JobState, type RunState } from '@gantry/core'
import { expect, test } from 'vitest'
import { createJobTokens, grantOf } from './run-tokens.ts'

const config = parseConfig({
  project: 'shop',
  services: { web: { path: '.', artifact: 'app', deploy: local({ kind: 'node', entry: 'server.mjs' }) } },
  environments: {
    staging: { on: 'main' },
    production: { from: 'staging' },
  },
})

const job = (environment?: string) => ({ id: 'a', name: 'a', ...(environment && { environment }) }) as JobState
const run = (over: Partial<RunState> = {}) =>
  ({
    id: 'r',
    number: 4,
    workflowName: 'deploy',
    workflowPath: '.github/workflows/deploy.yml',
    event: 'push',
    ref: 'refs/heads/main',
    inputs: {},
    ...over,
  }) as RunState
const undo = (over: Partial<RunState> = {}) =>
  run({ workflowPath: '.github/workflows/rollback.yml', event: 'workflow_dispatch', ...over })
const may = (...scopes: string[]) => ['run', ...scopes].join()
const granted = (one: JobState, of: RunState, by = config) => {
  const { environment, scopes } = grantOf(one, of, { name: 'shop', config: by })
  return [environment, scopes.join()]
}

test.each(['pull_request', 'pull_request_target', 'merge_group', 'issue_comment', 'something_new'])(
  'a job of %s looks at its own run and no more, whatever it names',
  event => {
    expect(granted(job('production'), run({ event }))).toEqual([null, may()])
    expect(granted(job(), undo({ event, inputs: { environment: 'production' } }))).toEqual([null, may()])
  },
)

test('a job of a branch that nothing is deployed from, of a tag, or before there is a config, does neither', () => {
  for (const ref of ['refs/heads/feature', 'refs/tags/main', 'main'])
    expect(granted(job('staging'), run({ ref }))).toEqual([null, may()])
  expect(grantOf(job('staging'), run(), { name: 'shop', config: null })).toEqual({
    project: 'shop',
    runId: 'r',
    environment: null,
    scopes: ['run'],
  })
})

test('a job deploys where its branch leads, also by a promotion, and where else it names an environment in vain', () => {
  expect(granted(job(), run())).toEqual([null, may('release')])
  expect(granted(job('staging'), run())).toEqual(['staging', may('release', 'deploy')])
  expect(granted(job('production'), run())).toEqual(['production', may('release', 'deploy')])
  expect(granted(job('elsewhere'), run())).toEqual([null, may('release')])
})

test('a run of rollback.yml undoes in the environment it was started for by hand, and deploys nowhere', () => {
  const inputs = { environment: 'production' }
  expect(granted(job(), undo({ inputs }))).toEqual(['production', may('release', 'rollback')])
  expect(granted(job(), undo())).toEqual([null, may('release')])
  expect(granted(job('staging'), undo({ inputs }))).toEqual(['staging', may('release', 'rollback')])
  expect(granted(job(), run({ inputs, event: 'workflow_dispatch' }))).toEqual([null, may('release')])
  expect(granted(job(), undo({ inputs, event: 'schedule' }))).toEqual([null, may('release')])
  expect(['rollback.yml', '.github/workflows/rollback.yaml'].every(isRollbackWorkflow)).toBe(true)
  expect(['not-rollback.yml', 'rollback.yml.txt', 'rollback/ci.yml'].some(isRollbackWorkflow)).toBe(false)
})

test('a job of a pull request deploys to its own preview, where the config has them, and records no release', () => {
  const withPreviews = { ...config, previews: { most: 5, idle: '1d', expires: '7d' } }
  const pull = run({ event: 'pull_request', ref: 'refs/pull/12/merge', workflowPath: '.github/workflows/preview.yml' })
  expect(granted(job('preview'), pull, withPreviews)).toEqual(['pr-12', may('deploy')])
  expect(granted(job('preview'), pull)).toEqual([null, may()])
  expect(granted(job('staging'), pull, withPreviews)).toEqual([null, may()])
})

test('a token is named for its job, is nobody’s, and can be ended', async () => {
  const made: object[] = []
  const revoked: string[] = []
  const tokens = createJobTokens({
    access: {
      async newToken(token) {
        made.push(token)
        return { id: 't', secret: 'gantry_x' }
      },
    },
    revoke: async (project, id) => void revoked.push(`${project} ${id}`),
    project: { current: async () => ({ name: 'shop', config }) as never },
    now: () => new Date('2026-03-01T00:00:00.000Z'),
  })
  const { secret, revoke } = await tokens(job('staging'), run())
  await revoke()
  expect([secret, revoked]).toEqual(['gantry_x', ['shop t']])
  expect(made).toEqual([
    {
      name: 'a of deploy #4',
      project: 'shop',
      scopes: [],
      job: { project: 'shop', runId: 'r', environment: 'staging', scopes: ['run', 'release', 'deploy'] },
      createdBy: null,
      expiresAt: '2026-03-06T00:00:00.000Z',
    },
  ])
})
