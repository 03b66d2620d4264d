import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import type { Deployment, Line } from '@gantry/core/api'
import { type RealPostgres, realPostgres } from '@gantry/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  answering,
  api,
  ask,
  code,
  environment,
  get,
  isLive,
  line,
  plane,
  product,
  readyPromotion,
  restart,
  runOf,
  server,
  startPlane,
  stopPlane,
  toMain,
  until,
} from '../testing/control-plane.ts'
import { restore } from './restore.ts'

/** It listens after a while: a deployment lasts long enough to be in the middle of it. */
const slowServer = `import { createServer } from 'node:http'
setTimeout(() => {
  createServer((request, response) => response.end('ok')).listen(Number(process.env.PORT), process.env.HOST)
}, 1_500)
process.on('SIGTERM', () => process.exit(0))
`

let postgres: RealPostgres
let dir: string
const first = { release: '', promotion: '', token: '' }
const second = { release: '' }

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-restore-'))
  postgres = await realPostgres(process.env['DATABASE_URL_TEST'])
  await startPlane()
})
afterAll(async () => {
  await stopPlane()
  await postgres.stop()
  await rm(dir, { recursive: true, force: true })
})

async function backUp(name: string, query = ''): Promise<string> {
  const answer = await fetch(`${server().url}/api/v1/backup${query}`, { headers: { cookie: plane.cookie } })
  expect(answer.status).toBe(200)
  const path = join(dir, name)
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(path))
  return path
}

/** Stops the server and starts one in another data folder, on a Postgres of its own, with what is in the backup. */
async function moveTo(path: string): Promise<void> {
  await server().stop()
  plane.home = await mkdtemp(join(dir, 'home-'))
  plane.databaseUrl = await postgres.createDatabase()
  await restore(environment(), { path, force: false, say: () => {} })
  await restart()
  await product().git('remote', 'set-url', 'gantry', join(plane.home, 'projects/tiny/repository.git'))
}

const production = async () =>
  (await get<{ deployments: Deployment[] }>(`${api}/deployments?environment=production`)).deployments
const ofToken = () => fetch(`${server().url}${api}/line`, { headers: { authorization: `Bearer ${first.token}` } })

test('a backup is taken while an approval waits', async () => {
  const made = await ask<{ token: string }>('POST', `${api}/tokens`, { name: 'reader', scopes: ['read'] })
  first.token = made.body.token
  expect((await ofToken()).status).toBe(200)
  first.release = await toMain('first', 'First')
  first.promotion = (await readyPromotion(first.release))?.id ?? ''
  await backUp('waiting.tar.gz', '?secretKeys=true')
})

test('another is taken while production is deployed to', async () => {
  await ask('POST', `${api}/promotions/${first.promotion}/approve`, { reason: 'it works' })
  await until(line, isLive('production', first.release), 'production live')

  await product().write('app/server.mjs', slowServer)
  second.release = await toMain('second', 'Second')
  const promotion = await readyPromotion(second.release)
  await ask('POST', `${api}/promotions/${promotion?.id}/approve`, { reason: 'and this' })
  await until(production, all => all.some(({ state }) => state === 'deploying'), 'a deployment that is under way')
  await backUp('deploying.tar.gz')
  expect((await production()).map(({ state }) => state).toSorted()).toEqual(['deploying', 'live'])
})

test('an approval that waited is given on the restored server, and exactly its release goes live', async () => {
  const secret = await readFile(join(plane.home, 'secret'))
  await moveTo(join(dir, 'waiting.tar.gz'))
  expect(await readFile(join(plane.home, 'secret'))).toEqual(secret)
  expect((await line()).promotions).toMatchObject([{ id: first.promotion, state: 'ready', release: first.release }])
  expect(await production()).toEqual([])
  expect((await ofToken()).status).toBe(200)
  expect((await get<Line>(`${api}/line`)).environments.find(({ name }) => name === 'staging')?.current).toMatchObject({
    ...{ release: first.release, state: 'live' },
  })
  const path = `${api}/promotions/${first.promotion}/approve`
  expect((await ask('POST', path, { reason: 'after the restore' })).status).toBe(200)
  expect(code(await ask('POST', path, { reason: 'twice' }))).toBeDefined()
  await until(line, isLive('production', first.release), 'production live on the restored server')
  await answering('production')
  expect(await production()).toMatchObject([{ release: first.release, state: 'live' }])
  expect(await runOf(first.release, 'deploy.yml')).toMatchObject({ conclusion: 'success' })
  expect(await get(`${api}/ledger?limit=500`)).toMatchObject({ whole: true })
  const [own, ...others] = (await get<{ runners: { isAlive: boolean }[] }>('/api/v1/runners')).runners
  expect([own?.isAlive, others]).toEqual([true, []])
})

test('a restore over a database that a server works on is refused before a file is written', async () => {
  const { home } = plane
  plane.home = await mkdtemp(join(dir, 'home-'))
  const asked = restore(environment(), { path: join(dir, 'waiting.tar.gz'), force: false, say: () => {} })
  await expect(asked).rejects.toMatchObject({ code: 'DATABASE_IN_USE' })
  await expect(readFile(join(plane.home, 'projects'))).rejects.toMatchObject({ code: 'ENOENT' })
  plane.home = home
})

test('a deployment that was under way goes on, or is undone, and one release is live', async () => {
  const secret = await readFile(join(plane.home, 'secret'))
  await moveTo(join(dir, 'deploying.tar.gz'))
  expect(await readFile(join(plane.home, 'secret'))).not.toEqual(secret)
  // What was under way goes on or fails. The job that asked for it was given to a runner that is no more: it is executed anew.
  expect(await runOf(second.release, 'deploy.yml')).toMatchObject({ conclusion: 'success' })
  await until(line, isLive('production', second.release), 'production live on the restored server')
  await answering('production')
  const rows = await production()
  const ofSecond = rows.filter(({ release }) => release === second.release).map(({ state }) => state)
  expect(rows.filter(({ state }) => state === 'live')).toHaveLength(1)
  expect(ofSecond.filter(state => state !== 'failed')).toEqual(['live'])
  expect(ofSecond.length).toBeLessThanOrEqual(2)
  expect(await get(`${api}/ledger?limit=500`)).toMatchObject({ whole: true })
})

test('and the line goes on from there', async () => {
  const third = await toMain('third', 'Third')
  await until(line, isLive('staging', third), 'the third one on staging')
  expect((await readyPromotion(third))?.state).toBe('ready')
})
