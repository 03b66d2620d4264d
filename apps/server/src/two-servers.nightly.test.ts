import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Deployment, Line, RunSummary, StreamEvent } from '@gantry/core/api'
import { type RealPostgres, realPostgres } from '@gantry/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isLive, openLink, until } from './testing/control-plane.ts'
import { killServerProcesses, type ServerProcess, startServerProcess } from './testing/server-process.ts'
import { type TinyProduct, tinyProduct } from './testing/tiny-product.ts'

/** Two processes on one Postgres, each with a data folder of its own, and one folder of objects between them. */
let postgres: RealPostgres
let dir = ''
let one: ServerProcess
let two: ServerProcess
let cookie = ''
let product: TinyProduct
let first = ''

beforeAll(async () => {
  postgres = await realPostgres(process.env['DATABASE_URL_TEST'])
  dir = await mkdtemp(join(tmpdir(), 'gantry-two-'))
  await mkdir(join(dir, 'objects'))
  const shared = {
    DATABASE_URL: await postgres.createDatabase(),
    GANTRY_OBJECTS: join(dir, 'objects'),
    GANTRY_SECRET_KEY: randomBytes(32).toString('base64'),
    GANTRY_PROJECT: 'tiny',
    GANTRY_OWNER: 'Ana <ana@tiny.example>',
  }
  one = await startServerProcess({ ...shared, GANTRY_HOME: join(dir, 'one') })
  two = await startServerProcess({ ...shared, GANTRY_HOME: join(dir, 'two') })
  cookie = (await openLink(one.signInUrl)).headers.getSetCookie()[0]?.split(';')[0] ?? ''
  product = await tinyProduct(repositoryOf('one'))
  await product.git('remote', 'add', 'other', repositoryOf('two'))
})
afterAll(async () => {
  await killServerProcesses()
  await postgres.stop()
  await rm(dir, { recursive: true, force: true })
  await rm(product.dir, { recursive: true, force: true })
})

const repositoryOf = (home: string) => join(dir, home, 'projects/tiny/repository.git')
async function ask<T>(server: ServerProcess, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${server.url}/api/v1/projects/tiny${path}`, {
    method,
    headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (answer.ok) return answer.json() as Promise<T>
  throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}\n${server.words()}`)
}
const lineOf = (server: ServerProcess) => () => ask<Line>(server, 'GET', '/line')
const ended = (server: ServerProcess, sha: string, workflow: string) =>
  until(
    async () =>
      (await ask<{ runs: RunSummary[] }>(server, 'GET', `/runs?workflow=${workflow}&sha=${sha}`)).runs[0] ?? null,
    run => run?.status === 'completed',
    `${workflow} of ${sha}`,
  )
const ready = async (server: ServerProcess, sha: string) => {
  const line = await until(
    lineOf(server),
    ({ promotions }) => promotions.some(({ release, state }) => release === sha && state === 'ready'),
    'a promotion that is ready',
  )
  return line.promotions.find(({ release }) => release === sha)?.id
}

/** What a browser hears at a server, until it is told to stop. */
async function hearAt(server: ServerProcess): Promise<{ heard: StreamEvent[]; stop(): void }> {
  const over = new AbortController()
  const answer = await fetch(`${server.url}/api/v1/stream`, { headers: { cookie }, signal: over.signal })
  const heard: StreamEvent[] = []
  const read = async () => {
    let text = ''
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk).toString()
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      for (const event of events)
        if (event.includes('event: message')) heard.push(JSON.parse(event.split('data: ')[1] ?? '{}'))
    }
  }
  read().catch(() => undefined)
  return { heard, stop: () => over.abort() }
}

test('a push to one is approved at the other, whose browsers see it go live', async () => {
  const { heard, stop } = await hearAt(two)
  first = await product.commit('First')
  expect(await product.git('push', 'gantry', 'HEAD:refs/heads/try')).toContain('ci.yml #1 started')
  expect(await ended(two, first, 'ci.yml')).toMatchObject({ conclusion: 'success' })
  // The other has the commit, and lets main move as the first would.
  expect(await product.git('push', 'other', 'HEAD:main')).toContain('deploy.yml #1 started')
  const id = await ready(two, first)
  await ask(two, 'POST', `/promotions/${id}/approve`, { reason: 'it works' })
  await until(lineOf(two), isLive('production', first), 'production at the other')
  await until(lineOf(one), isLive('production', first), 'production at the first')
  expect(await ended(one, first, 'deploy.yml')).toMatchObject({ conclusion: 'success' })
  stop()
  expect(heard.map(({ topic }) => topic)).toEqual(expect.arrayContaining(['run', 'deployment', 'ledger']))
  const { runs } = await ask<{ runs: RunSummary[] }>(one, 'GET', `/runs?sha=${first}`)
  expect(runs.map(({ workflowPath }) => workflowPath.split('/').at(-1)).toSorted()).toEqual(['ci.yml', 'deploy.yml'])
})

test('the one that works on it is killed in the middle of a deployment: the other ends it, once', async () => {
  const second = await product.commit('Second')
  await product.git('push', 'other', 'HEAD:refs/heads/again')
  await ended(two, second, 'ci.yml')
  await product.git('push', 'gantry', 'HEAD:main')
  const id = await ready(two, second)
  await ask(two, 'POST', `/promotions/${id}/approve`, { reason: 'it works' })
  const toProduction = () => ask<{ deployments: Deployment[] }>(two, 'GET', '/deployments?environment=production')
  await until(toProduction, ({ deployments }) => deployments[0]?.release === second, 'a deployment under way')
  await one.end('SIGKILL')
  await until(lineOf(two), isLive('production', second), 'production at the one that is left')
  const { deployments } = await toProduction()
  // What the killed one had begun goes on or fails; then its run deploys once more.
  const [begun, rest] = [true, false].map(is => deployments.filter(({ state }) => (state === 'failed') === is))
  expect((begun ?? []).map(({ release }) => release)).toEqual(deployments.length > 2 ? [second] : [])
  expect((rest ?? []).map(({ release, state }) => [release, state])).toEqual([
    [second, 'live'],
    [first, 'superseded'],
  ])
  const urls = await ask<Record<string, string>>(two, 'GET', '/environments/production/urls')
  expect(await (await fetch(`${urls['WEB_URL']}/`)).text()).toBe('hello')
  expect(await ask(two, 'GET', '/ledger?limit=500')).toMatchObject({ whole: true })
}, 600_000)
