import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LineStore, Store } from '@gantry/core'
import type { Line, RunSummary } from '@gantry/core/api'
import { type DatabaseAddress, lineStore, openDatabase, storeOn } from '@gantry/store'
import { layOutDatabase, templateDir } from '@gantry/store/testing'
import { expect } from 'vitest'
import { freePort } from '../../../../tools/free-port.ts'
import { readEnvironment } from '../environment.ts'
import { type RunningServer, startServer } from '../start-server.ts'
import { type TinyProduct, tinyProduct } from './tiny-product.ts'

export const pages: Record<string, unknown>[] = []
/** What the Slack webhook was told. */
export const slacked: string[] = []
const pager = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  if (request.url === '/slack') {
    slacked.push(JSON.parse(Buffer.concat(chunks).toString()).text)
    response.writeHead(200).end('ok')
    return
  }
  pages.push(JSON.parse(Buffer.concat(chunks).toString()))
  response.writeHead(pages.length === 1 ? 500 : 202).end()
})

const databaseAddress = (): DatabaseAddress => ({
  kind: 'embedded',
  dir: join(plane.home, 'database'),
  templateDir,
})

export const webhookSecret = 'hook'

/** Where the API has what belongs to the product. */
export const api = '/api/v1/projects/tiny'

/** The one control plane of a test file: real, in this process, in a data folder of its own. */
export const plane = {
  home: '',
  port: 0,
  cookie: '',
  /** Null: the embedded database. Set before the start. */
  databaseUrl: null as string | null,
  /** What the first start finds in its embedded database. */
  before: null as ((store: Store, lines: LineStore) => Promise<void>) | null,
  /** What the server and its jobs find beside what every server of a test is started with. */
  env: {} as Record<string, string>,
  server: null as RunningServer | null,
  product: null as TinyProduct | null,
}

export function server(): RunningServer {
  if (plane.server) return plane.server
  throw new Error('the control plane was not started')
}

export function product(): TinyProduct {
  if (plane.product) return plane.product
  throw new Error('the product was not made')
}

export const environment = () =>
  readEnvironment(
    {
      ...process.env,
      PORT: String(plane.port),
      GANTRY_HOME: plane.home,
      DATABASE_URL: plane.databaseUrl ?? '',
      GANTRY_SAMPLE: 'off',
      GANTRY_PROJECT: 'tiny',
      GANTRY_SYSLOG: 'tcp://127.0.0.1:0/tiny/web',
      // Jobs and tests leave each other word in folders of the test, which are nobody else's.
      GANTRY_JOB_USER: 'same',
      GANTRY_OWNER: 'Ana',
      PAGERDUTY_ROUTING_KEY: 'k',
      PAGERDUTY_URL: `http://127.0.0.1:${(pager.address() as AddressInfo).port}`,
      SLACK_WEBHOOK_URL: `http://127.0.0.1:${(pager.address() as AddressInfo).port}/slack`,
      GITHUB_WEBHOOK_SECRET: webhookSecret,
      ...plane.env,
    },
    plane.home,
  )

/** Starts the plane and a pager that fails once, signs in, and makes a product to push. */
export async function startPlane(): Promise<void> {
  plane.home = await mkdtemp(join(tmpdir(), 'gantry-plane-'))
  // Made of a template: making a database from nothing takes seconds.
  if (plane.databaseUrl === null) await layOutDatabase(join(plane.home, 'database'))
  if (plane.before) await inStore(plane.before)
  await new Promise<void>(done => pager.listen(0, '127.0.0.1', done))
  plane.port = await freePort()
  await restart()
  plane.cookie = (await openLink(server().signInUrl)).headers.getSetCookie()[0]?.split(';')[0] ?? ''
  plane.product = await tinyProduct(join(plane.home, 'projects/tiny/repository.git'))
}

/** What the button on the page of a sign-in link does. */
export function openLink(url: string): Promise<Response> {
  const { origin, searchParams } = new URL(url)
  return fetch(`${origin}/sign-in`, { method: 'POST', body: searchParams, headers: { origin }, redirect: 'manual' })
}

/** While no server works on the embedded database. */
export async function inStore(change: (store: Store, lines: LineStore) => Promise<void>): Promise<void> {
  const database = await openDatabase(databaseAddress())
  const store = storeOn(database)
  await change(store, lineStore(database))
  await store.close()
}

/** Starts it in the same folder again; stop it before. */
export async function restart(): Promise<void> {
  plane.server = await startServer(environment(), () => {})
}

export async function stopPlane(): Promise<void> {
  await server().stop()
  pager.closeAllConnections()
  pager.close()
  await rm(plane.home, { recursive: true, force: true })
  await rm(product().dir, { recursive: true, force: true })
  // Another file may take its turn in this process.
  Object.assign(plane, { cookie: '', databaseUrl: null, before: null, server: null, product: null })
  pages.length = 0
  slacked.length = 0
}

export async function ask<T = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${server().url}${path}`, {
    method,
    headers: { cookie: plane.cookie, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: (text.startsWith('{') ? JSON.parse(text) : text) as T }
}

export const get = async <T>(path: string): Promise<T> => (await ask<T>('GET', path)).body
export const code = (answer: { body: unknown }) => (answer.body as { error?: { code: string } }).error?.code

export async function until<T>(
  ask_: () => Promise<T>,
  done: (value: T) => boolean,
  what: string,
  timeoutMs = 150_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  // To answer keeps that process busy which is waited for: what takes long is asked for less and less often.
  for (let pauseMs = 20; ; pauseMs = Math.min(200, pauseMs * 1.25)) {
    const value = await ask_()
    if (done(value)) return value
    if (Date.now() > deadline) throw new Error(`${what}: last seen ${JSON.stringify(value)?.slice(0, 1_500)}`)
    await sleep(pauseMs)
  }
}

export const line = () => get<Line>(`${api}/line`)
const current = (view: Line, name: string) => view.environments.find(one => one.name === name)?.current
export const isLive = (name: string, release: string) => (view: Line) =>
  current(view, name)?.release === release && current(view, name)?.state === 'live'
export const runOf = (sha: string, workflow: string) =>
  until(
    async () => (await get<{ runs: RunSummary[] }>(`${api}/runs?workflow=${workflow}&sha=${sha}`)).runs[0],
    run => run?.status === 'completed',
    `${workflow} of ${sha}`,
  )

export async function toMain(branch: string, message: string): Promise<string> {
  const sha = await product().commit(message)
  await product().push(`HEAD:refs/heads/${branch}`)
  expect((await runOf(sha, 'ci.yml'))?.conclusion).toBe('success')
  expect(await product().push('HEAD:main')).toContain('deploy.yml #')
  return sha
}

export const readyPromotion = (sha: string) =>
  until(
    async () => (await line()).promotions.find(({ release }) => release === sha),
    one => one?.state === 'ready',
    'a promotion that is ready',
  )

/** Once the environment's service answers a request. */
export const answering = (environmentName: string): Promise<boolean> =>
  until(
    () =>
      traffic(environmentName, 1).then(
        () => true,
        () => false,
      ),
    isAnswered => isAnswered,
    `an answer of ${environmentName}`,
  )

export async function traffic(environmentName: string, requests: number): Promise<void> {
  const urls = await get<Record<string, string>>(`${api}/environments/${environmentName}/urls`)
  for (let i = 0; i < requests; i++) await (await fetch(`${urls['WEB_URL']}/`)).text()
}
