import { readFile } from 'node:fs/promises'
import type { RunState } from '@gantry/core/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, code, get, plane, product, runOf, startPlane, stopPlane, until } from '../testing/control-plane.ts'
import { keyFile } from './key-ring.ts'

const look = `on: { workflow_dispatch: , pull_request: }
env: { EVERYWHERE: "\${{ secrets.EVERYWHERE }}" }
jobs:
  plain:
    runs-on: ubuntu-latest
    steps:
      - run: printf '<%s>' "$EVERYWHERE" "\${{ secrets.KEY }}" "\${{ vars.REGION }}" | rev
  staging:
    runs-on: ubuntu-latest
    environment: staging
    steps:
      - run: printf '<%s>' "$EVERYWHERE" "\${{ secrets.KEY }}" "\${{ vars.REGION }}" | rev
      - run: echo "as it is $KEY, $(printf %s "$KEY" | base64), $(printf %s "$KEY" | od -An -tx1 | tr -d ' \\n')"
        env: { KEY: "\${{ secrets.KEY }}" }
  misspelled:
    runs-on: ubuntu-latest
    environment: Production
    steps:
      - run: printf '<%s>' "\${{ secrets.KEY }}" | rev
  called:
    uses: ./.github/workflows/called.yml
    secrets: inherit
  production:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - run: printf '<%s>' "\${{ secrets.KEY }}" | rev
`
const called = `on: workflow_call
jobs:
  inner:
    runs-on: ubuntu-latest
    environment: staging
    steps:
      - run: printf '<%s>' "\${{ secrets.KEY }}" "\${{ secrets.EVERYWHERE }}" "\${{ secrets.NOBODY }}" | rev
`

/** What main is at. */
let onMain = ''

beforeAll(async () => {
  await startPlane()
  await product().write('.github/workflows/look.yml', look)
  await product().write('.github/workflows/called.yml', called)
})
afterAll(stopPlane)

const set = (name: string, value: string, environment: string | null = null, more = {}) =>
  ask('POST', '/api/v1/projects/tiny/secrets', { name, value, environment, ...more })
const turned = (text: string) => [...text].reverse().join('')
const logOf = async (run: RunState, jobId: string) => {
  const answer = await ask<string>(
    'GET',
    `/api/v1/projects/tiny/runs/${run.id}/jobs/${encodeURIComponent(jobId)}/log?format=text`,
  )
  return answer.body
}

test('names are those of GitHub, environments those of the config, and nothing is ever shown again', async () => {
  expect((await set('everywhere', 'for-every-job')).status).toBe(201)
  expect((await set('KEY', 'of-the-repository')).status).toBe(201)
  expect(code(await set('GITHUB_TOKEN', 'x'))).toBe('VALUE_NAME_WRONG')
  onMain = await product().commit('first')
  await product().push('HEAD:refs/heads/first')
  expect((await runOf(onMain, 'ci.yml'))?.conclusion).toBe('success')
  expect(await product().push('HEAD:main')).not.toContain('which is not set')
  const misspelled = await set('KEY', 'x', 'Production')
  expect(JSON.stringify(misspelled.body)).toContain('did you mean \\"production\\"?')
  await set('KEY', 'of-staging-only', 'staging')
  await set('KEY', 'of-production-only', 'production')
  await ask('POST', '/api/v1/projects/tiny/variables', { name: 'region', value: 'fra' })
  await ask('POST', '/api/v1/projects/tiny/variables', { name: 'REGION', value: 'lhr', environment: 'staging' })
  const listed = JSON.stringify(await get('/api/v1/projects/tiny/secrets'))
  expect(listed).toContain('"name":"EVERYWHERE","environment":null')
  for (const value of ['for-every-job', 'of-the-repository', 'of-staging-only']) expect(listed).not.toContain(value)
  const { body } = await ask<{ rows: { action: string; subject: string }[] }>('GET', '/api/v1/projects/tiny/ledger')
  expect(JSON.stringify(body)).toMatch(/secret.set.*KEY of staging/)
  expect(JSON.stringify(body)).not.toContain('of-staging-only')
})

test('a pull request has none of them', async () => {
  await product().git('checkout', '--quiet', '-b', 'request')
  const sha = await product().commit('a pull request')
  await product().push('HEAD:refs/heads/request')
  const run = await until(
    async () =>
      (await get<{ runs: { id: string; status: string }[] }>(`/api/v1/projects/tiny/runs?workflow=look.yml&sha=${sha}`))
        .runs[0],
    each => each !== undefined,
    'the run of the pull request',
  )
  const state = await until(
    () => get<RunState>(`/api/v1/projects/tiny/runs/${run?.id}`),
    each => each.jobs.filter(({ status }) => status === 'completed').length >= 4,
    'its jobs',
  )
  expect(await logOf(state, 'plain')).toContain(turned('<><><fra>'))
  expect(await logOf(state, 'staging')).toContain(turned('<><><lhr>'))
  await ask('POST', `/api/v1/projects/tiny/runs/${run?.id}/cancel`, { reason: 'seen' })
})

test('a rotation seals all of them with another key', async () => {
  const before = await readFile(keyFile(plane.home), 'utf8')
  const rotated = await ask('POST', '/api/v1/secret-key/rotate', {})
  expect(rotated).toMatchObject({ status: 200, body: { resealed: 4, unopened: [] } })
  expect(await readFile(keyFile(plane.home), 'utf8')).not.toBe(before)
})

test('a job has those of the repository and of its own environment, masked however it prints them', async () => {
  // Without a release of its commit nobody could let a job into production.
  const released = () => ask('GET', `/api/v1/projects/tiny/releases/${onMain}`)
  await until(released, ({ status }) => status === 200, 'the release of main')
  const { body: run } = await ask<RunState>('POST', '/api/v1/projects/tiny/runs', { workflow: 'look.yml' })
  const state = await until(
    () => get<RunState>(`/api/v1/projects/tiny/runs/${run.id}`),
    each => each.status === 'waiting' || each.status === 'completed',
    'the run',
  )
  expect(await logOf(state, 'plain')).toContain(turned('<for-every-job><of-the-repository><fra>'))
  const staging = await logOf(state, 'staging')
  expect(staging).toContain(turned('<for-every-job><of-staging-only><lhr>'))
  expect(staging).toMatch(/as it is \*\*\*, \*\*\*, \*\*\*$/m)
  expect(await logOf(state, 'misspelled')).toContain(turned('<of-the-repository>'))
  expect(await logOf(state, 'called / inner')).toContain(turned('<of-staging-only><for-every-job><>'))
  const inner = state.jobs.find(({ id }) => id === 'called / inner')
  expect(inner?.annotations.map(({ message }) => message)).toContain(
    'the secret NOBODY is not set for staging: it is empty here',
  )
  const production = state.jobs.find(({ id }) => id === 'production')
  expect([production?.status, production?.steps]).toEqual(['waiting', []])
  expect(JSON.stringify(state)).not.toMatch(/of-production-only|of-staging-only|for-every-job/)
  await ask('POST', `/api/v1/projects/tiny/runs/${run.id}/cancel`, { reason: 'seen' })
})
