import type { Deployment, Line, Promotion, RunState, RunSummary } from '@gantry/core/api'
import { deployedShapes } from '@gantry/init/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, get, isLive, plane, startPlane, stopPlane, until } from '../testing/control-plane.ts'
import { ownRepository } from '../testing/own-repository.ts'
import { openShapeAccounts, type ShapeAccounts } from '../testing/shape-accounts.ts'
import { type ShapeRepository, shapeRepository } from '../testing/shape-repository.ts'
import { putStandIns } from '../testing/stand-ins.ts'

/**
 * `gantry init --yes` on each of the repositories, a push, and their own deploy.yml by Gantry's runner, against the vendors' fakes and
 * a real Postgres; and this repository by the workflow files it ships itself with. Frameworks are stood in for by commands of their
 * names that leave what they would.
 */
let accounts: ShapeAccounts
let standIns: AsyncDisposable
beforeAll(async () => {
  standIns = await putStandIns(deployedShapes)
  accounts = await openShapeAccounts()
  await startPlane()
})
afterAll(async () => {
  await stopPlane()
  await accounts[Symbol.asyncDispose]()
  await standIns[Symbol.asyncDispose]()
})

const environments = ['staging', 'production']

async function pushed(repository: ShapeRepository): Promise<string> {
  const { project } = repository
  expect((await ask('POST', '/api/v1/projects', { name: project })).status).toBe(201)
  for (const environment of environments)
    for (const [name, value] of Object.entries(await accounts.secrets()))
      expect(
        (await ask('POST', `/api/v1/projects/${project}/secrets`, { name, value, environment })).status,
      ).toBeLessThan(300)
  const sha = await repository.commit('Ship it by Gantry')
  accounts.prepare(repository.config, sha)
  const remote = `${plane.home}/projects/${project}/repository.git`
  await repository.push(remote, 'ship')
  const api = `/api/v1/projects/${project}`
  const checked = await until(
    async () => (await get<{ runs: RunSummary[] }>(`${api}/runs?workflow=ci.yml&sha=${sha}`)).runs[0],
    run => run?.status === 'completed',
    'ci.yml',
    300_000,
  )
  expect(checked?.conclusion, await outputOf(api, checked?.id ?? '')).toBe('success')
  await repository.push(remote, 'main')
  return sha
}

/** The last that the jobs of a run wrote which failed. */
async function outputOf(api: string, runId: string): Promise<string> {
  const { jobs } = await get<RunState>(`${api}/runs/${runId}`)
  const failed = jobs.filter(({ conclusion }) => conclusion === 'failure')
  const logs = failed.map(({ id }) =>
    get<string>(`${api}/runs/${runId}/jobs/${encodeURIComponent(id)}/log?format=text`),
  )
  return (await Promise.all(logs)).map(text => text.slice(-2_000)).join('\n')
}

async function said(api: string, sha: string): Promise<string> {
  const { runs } = await get<{ runs: RunSummary[] }>(`${api}/runs?workflow=deploy.yml&sha=${sha}`)
  const { deployments } = await get<{ deployments: Deployment[] }>(`${api}/deployments?limit=3`)
  return JSON.stringify([
    runs[0]?.failedAt,
    deployments.map(({ failure, steps }) => [failure, steps.map(step => [step.id, step.status, step.detail])]),
  ])
}

type Opens = (env: ShapeAccounts['env']) => Promise<ShapeRepository>
const repositories: [string, Opens][] = [
  ...deployedShapes.map((shape): [string, Opens] => [shape.name, env => shapeRepository(shape, env)]),
  ['this repository', ownRepository],
]

test.each(repositories)(
  '%s is live on staging after a push, and in production after a yes',
  async (_, open) => {
    await using repository = await open(accounts.env)
    const sha = await pushed(repository)
    const api = `/api/v1/projects/${repository.project}`
    const line = () => get<Line>(`${api}/line`)
    const runs = async () => (await get<{ runs: RunSummary[] }>(`${api}/runs?workflow=deploy.yml&sha=${sha}`)).runs[0]
    const isSettled = (view: Line) => isLive('staging', sha)(view)
    await until(
      async () => ({ view: await line(), run: await runs() }),
      ({ view, run }) => isSettled(view) || run?.conclusion === 'failure',
      'staging',
      300_000,
    )
    expect(isSettled(await line()), await said(api, sha)).toBe(true)

    const promotion = await until(
      async () => (await line()).promotions.find(({ release }) => release === sha),
      each => each?.gates.every(({ gate, state }) => gate === 'monitorsUp' || state === 'met') ?? false,
      'gates that are met',
      120_000,
    )
    if (promotion) await accounts.letPast(api, promotion)
    await until(
      async () => (await line()).promotions.find(({ release }) => release === sha),
      each => each?.state === 'ready',
      'a promotion that is ready',
    )
    const ready = (await line()).promotions.find(({ release }) => release === sha)
    const yes = { reason: 'looked at it on staging', version: ready?.version }
    expect((await ask<Promotion>('POST', `${api}/promotions/${ready?.id}/approve`, yes)).status).toBe(200)
    await until(line, isLive('production', sha), 'production', 300_000)
    const ended = await until(runs, run => run?.status === 'completed', 'the end of the run')
    expect(ended?.conclusion, await said(api, sha)).toBe('success')
    expect(accounts.serving(repository.config)).toEqual(accounts.expected(repository.config, sha))
    expect(accounts.oddities()).toEqual([])
  },
  900_000,
)
