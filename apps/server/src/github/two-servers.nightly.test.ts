import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Deployment, Store } from '@gantry/core'
import type { GitHubView, Promotion } from '@gantry/core/api'
import { Config } from '@gantry/core/config'
import { openDatabase, storeOn } from '@gantry/store'
import { type RealPostgres, realPostgres } from '@gantry/store/testing'
import { addRun, type GitHubFake, openGitHubFake } from '@gantry/vendor-fakes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLink, until } from '../testing/control-plane.ts'
import { killServerProcesses, type ServerProcess, startServerProcess } from '../testing/server-process.ts'
import { type TinyProduct, tinyProduct } from '../testing/tiny-product.ts'

/** Two processes on one Postgres, both connected with the same repository, and told of everything twice. */
let postgres: RealPostgres
let github: GitHubFake
let store: Store
let dir = ''
let servers: ServerProcess[] = []
let cookie = ''
let product: TinyProduct

const config = Config.parse({
  project: 'tiny',
  services: { web: { path: '.', deploy: { provider: 'local', kind: 'static' } } },
  environments: {
    staging: { on: 'main' },
    production: { from: 'staging', approvals: 1, gates: [{ gate: 'ciGreen', workflow: 'checks.yml' }] },
  },
})
const secret = 'hook'

beforeAll(async () => {
  ;[postgres, github] = await Promise.all([realPostgres(process.env['DATABASE_URL_TEST']), openGitHubFake()])
  dir = await mkdtemp(join(tmpdir(), 'gantry-two-github-'))
  await mkdir(join(dir, 'objects'))
  const url = await postgres.createDatabase()
  store = storeOn(await openDatabase({ kind: 'postgres', url }))
  await store.projects.ensure({ name: 'tiny', createdAt: new Date().toISOString() })
  await store.projects.saveConfig('tiny', config, 'c'.repeat(40))
  const shared = {
    ...{
      DATABASE_URL: url,
      GANTRY_OBJECTS: join(dir, 'objects'),
      GANTRY_PROJECT: 'tiny',
      GITHUB_WEBHOOK_SECRET: secret,
    },
    GANTRY_SECRET_KEY: randomBytes(32).toString('base64'),
    GANTRY_OWNER: 'Ana <ana@tiny.example>',
    GANTRY_GITHUB_URL: github.site,
  }
  for (const home of ['one', 'two']) servers.push(await startServerProcess({ ...shared, GANTRY_HOME: join(dir, home) }))
  cookie = (await openLink(server(0).signInUrl)).headers.getSetCookie()[0]?.split(';')[0] ?? ''
  product = await tinyProduct(join(dir, 'one/projects/tiny/repository.git'))
})
afterAll(async () => {
  await killServerProcesses()
  await store.close()
  await postgres.stop()
  await github[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
  await rm(product.dir, { recursive: true, force: true })
})

function server(at: number): ServerProcess {
  const found = servers[at]
  if (!found) throw new Error('it was not started')
  return found
}
async function ask<T>(at: number, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${server(at).url}/api/v1/projects/tiny${path}`, {
    method,
    headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (answer.ok) return answer.json() as Promise<T>
  throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}\n${server(at).words()}`)
}

/** To each server twice: as GitHub delivers again, and as somebody who saw it would. */
async function tell(event: string, payload: object): Promise<void> {
  const told = { repository: { full_name: 'acme/shop', id: 4242, pushed_at: 1_795_852_800 }, ...payload }
  const ids = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')]
  const sent = servers.flatMap(({ url }) =>
    [ids[0], ids[0], ids[1]].map(id =>
      github.deliver(`${url}/webhooks/github/tiny`, event, told, { secret, ...(id && { id }) }),
    ),
  )
  expect(new Set(await Promise.all(sent))).toEqual(new Set([202]))
}
/** Everything that was told is done with, and what hangs on it was looked at once more. */
async function settled(): Promise<void> {
  const asked = github.requests.length
  await tell('ping', { zen: randomBytes(8).toString('hex') })
  const isDone = async () => (await store.github.nextDelivery('tiny')) === null && github.requests.length > asked
  await until(isDone, Boolean, 'all that was told to be done with', 60_000)
}

test('what two servers are told twice is done once: checks, pushes, the mirror, the dispatch', async () => {
  await ask(0, 'POST', '/github/connect', { repository: 'acme/shop', token: github.token })
  expect(await ask<GitHubView>(1, 'GET', '/github')).toMatchObject({ by: 'token', problems: [] })
  const sha = await product.commit('First')
  await product.git('push', 'gantry', 'HEAD:refs/tags/first')
  github.state.pulls.set(sha, [12])
  await ask(0, 'POST', '/releases', { sha, artifacts: [], migrations: [] })
  const asking = { release: sha, environment: 'production', run: '5' }
  const { promotion } = await ask<{ promotion: Promotion }>(0, 'POST', '/promotions', asking)
  addRun(github.state, {
    ...{ workflow: 'checks.yml', title: 'checks', event: 'push', branch: 'main', sha },
    ...{ status: 'completed', conclusion: 'success' },
  })
  const commits = [{ id: sha, distinct: true }]
  const push = { ref: 'refs/heads/main', before: '1'.repeat(40), after: sha, sender: { id: 9, login: 'bo' }, commits }
  await Promise.all([tell('push', push), tell('check_run', { check_run: { head_sha: sha } })])
  await until(
    () => ask<{ promotions: Promotion[] }>(1, 'GET', '/promotions'),
    ({ promotions }) => promotions[0]?.state === 'ready',
    'a promotion that is ready',
    60_000,
  )
  await ask(1, 'POST', `/promotions/${promotion.id}/approve`, { reason: 'it is good' })
  await store.deployments.add(deploymentOf('d1', sha))
  // It was added behind the servers' backs: what they are told makes them look.
  await tell('ping', { zen: 'look' })
  await until(
    async () => [runs(sha).length, github.state.comments.length],
    ([started = 0, told = 0]) => started > 0 && told > 0,
    'a run and a comment',
    60_000,
  )
  await settled()
  expect(await store.github.pushesOf('tiny', [sha])).toHaveLength(1)
  expect(said(sha)).toEqual({ runs: 1, deployments: [['failure']], comments: 1 })
})

test('the one that worked is killed: the other goes on, and doubles nothing', async () => {
  const [former] = github.state.deployments
  const sha = former?.sha ?? ''
  await server(0).end('SIGKILL')
  servers = [server(1)]
  await store.deployments.add(deploymentOf('d2', sha))
  await tell('ping', { zen: 'now' })
  await until(
    async () => github.state.deployments.length,
    count => count > 1,
    'the other deployment on GitHub',
    90_000,
  )
  await settled()
  expect(said(sha)).toEqual({ runs: 1, deployments: [['failure'], ['failure']], comments: 1 })
}, 120_000)

const runs = (sha: string) => github.state.runs.filter(({ inputs }) => inputs['release'] === sha)
const said = (sha: string) => ({
  runs: runs(sha).length,
  deployments: github.state.deployments.map(({ statuses }) => statuses.map(({ state }) => state).reverse()),
  comments: github.state.comments.length,
})

/** It is over, so that no server goes on with it. */
function deploymentOf(id: string, release: string): Deployment {
  const now = new Date().toISOString()
  const nothing = { formerRelease: null, reason: null, runId: null, liveAt: null }
  return {
    ...nothing,
    ...{ id, project: 'tiny', environment: 'staging', release, kind: 'deploy', state: 'failed', steps: [] },
    ...{ requestedBy: 'Ana', createdAt: now, finishedAt: now, failure: 'it broke', verdict: null, version: 1 },
  }
}
