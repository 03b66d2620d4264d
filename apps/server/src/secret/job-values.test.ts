import { local, parseConfig } from '@gantry/config'
import type { JobState, RunState, SealedSecret } from '@gantry/core'
import { expect, test } from 'vitest'
import { createJobValues } from './job-values.ts'

const configOn = (branch: string) =>
  parseConfig({
    project: 'shop',
    services: { web: { path: 'apps/web', deploy: local({ kind: 'static' }) } },
    environments: { staging: { on: branch }, production: { from: 'staging', approvals: 1 } },
  })
const config = configOn('main')
type Kept = Pick<SealedSecret, 'name' | 'environment' | 'isForAnyBranch'>
const kept: Kept[] = [
  { name: 'REPOSITORY', environment: null, isForAnyBranch: false },
  { name: 'ANY', environment: null, isForAnyBranch: true },
  ...['staging', 'production', 'preview'].map(environment => ({ name: 'OWN', environment, isForAnyBranch: false })),
]

const asked: string[] = []
function values(answer: 'approved' | 'waiting' | 'rejected' = 'approved', of: typeof config | null = config) {
  asked.length = 0
  return createJobValues({
    project: 'shop',
    config: async () => of,
    secrets: {
      async valuesFor(_project, environment, isWanted) {
        const given = kept.filter(each => [null, environment].includes(each.environment))
        const wanted = given.filter(each => isWanted(each as SealedSecret))
        const named = (place: 'repository' | 'own') =>
          Object.fromEntries(
            wanted
              .filter(each => (each.environment === null) === (place === 'repository'))
              .map(({ name, environment: at }) => [name, at ?? '']),
          )
        return { repository: named('repository'), environment: named('own') }
      },
    },
    variables: { valuesFor: async () => ({ repository: {}, environment: {} }) },
    async approve(job) {
      asked.push(job.environment ?? '')
      return answer
    },
  })
}

const job = (environment?: string) => ({ name: 'ship', ...(environment && { environment }) }) as JobState
const run = (event: string, ref = 'refs/heads/main') => ({ event, ref }) as RunState
const secretsOf = async (of: JobState, in_: RunState, ...more: Parameters<typeof values>) =>
  (await values(...more)(of, in_)).secrets

test('a job of the main branch has those of the repository, and of its environment once it was let in', async () => {
  const repository = { REPOSITORY: '', ANY: '' }
  expect(await secretsOf(job(), run('push'))).toEqual({ repository, environment: {} })
  expect(await secretsOf(job('production'), run('push'))).toEqual({ repository, environment: { OWN: 'production' } })
  expect(asked).toEqual(['production'])
  for (const event of ['workflow_dispatch', 'schedule'])
    expect((await secretsOf(job('staging'), run(event))).environment).toEqual({ OWN: 'staging' })
})

test.each(['waiting', 'rejected'] as const)('whoever asks for a job that is %s gets nothing at all', async answer => {
  await expect(values(answer)(job('production'), run('push'))).rejects.toThrow(/was not let into production/)
})

test.each(['Production', 'PRODUCTION', 'production ', 'prod', '', '__proto__', 'elsewhere'])(
  'an environment written "%s" has none of production',
  async environment => {
    expect((await secretsOf(job(environment), run('push'))).environment).toEqual({})
    expect(asked).toEqual([])
  },
)

test.each([
  ['pull_request', 'refs/pull/1/merge'],
  ['pull_request', 'refs/heads/main'],
  ['workflow_dispatch', 'refs/heads/feature'],
  ['push', 'refs/heads/feature'],
  ['an event of tomorrow', 'refs/heads/main'],
])('%s of %s, which anybody may have written, has what was set for any branch only', async (event, ref) => {
  for (const of of [job(), job('production'), job('staging')])
    expect(await secretsOf(of, run(event, ref))).toEqual({ repository: { ANY: '' }, environment: {} })
})

test('a branch that is deployed has the secrets of where it leads; main then has those of the repository', async () => {
  const trunk = run('push', 'refs/heads/trunk')
  expect((await secretsOf(job('staging'), trunk, 'approved', configOn('trunk'))).environment).toEqual({
    OWN: 'staging',
  })
  expect(await secretsOf(job('staging'), run('push'), 'approved', configOn('trunk'))).toEqual({
    repository: { REPOSITORY: '', ANY: '' },
    environment: {},
  })
})

test('before the first config no environment has secrets', async () => {
  expect((await secretsOf(job('production'), run('push'), 'approved', null)).environment).toEqual({})
})

test('a job of a pull request has those of previews and those of any branch, where the config has previews, and asks nobody', async () => {
  const withPreviews = { ...config, previews: { most: 5, idle: '1d', expires: '7d' } }
  const pull = run('pull_request', 'refs/pull/12/merge')
  const given = { repository: { ANY: '' }, environment: { OWN: 'preview' } }
  expect(await secretsOf(job('preview'), pull, 'rejected', withPreviews)).toEqual(given)
  expect(asked).toEqual([])
  const stranger = { repository: { ANY: '' }, environment: {} }
  expect(await secretsOf(job('staging'), pull, 'approved', withPreviews)).toEqual(stranger)
  expect(await secretsOf(job('preview'), pull)).toEqual(stranger)
})
