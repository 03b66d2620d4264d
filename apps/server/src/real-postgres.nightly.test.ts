import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Deployment, ReleaseView, RunState } from '@gantry/core/api'
import { type RealPostgres, realPostgres } from '@gantry/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  answering,
  ask,
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
} from './testing/control-plane.ts'

/**
 * Servers that end and start on one Postgres, as processes: every night, for each change already proves the rules where they are,
 * in control-plane.test.ts (a restart, on the embedded database) and server-group.test.ts (refusals, and what the killed held).
 */
let postgres: RealPostgres
let url = ''
let release = ''

beforeAll(async () => {
  postgres = await realPostgres(process.env['DATABASE_URL_TEST'])
  url = await postgres.createDatabase()
  plane.databaseUrl = url
  await startPlane()
  release = await toMain('try', 'First')
  await until(line, isLive('staging', release), 'staging live')
  const promotion = await readyPromotion(release)
  await ask('POST', `/api/v1/projects/tiny/promotions/${promotion?.id}/approve`, { reason: 'it works' })
  await until(line, isLive('production', release), 'production live')
})
afterAll(async () => {
  await stopPlane()
  await postgres.stop()
})

/** A server of its own process, folder and port on the same database: its last words, or that it is ready. */
async function otherServer(home: string): Promise<{ words: string; exit: Promise<number | null>; kill(): void }> {
  const env = {
    ...process.env,
    PORT: '0',
    GANTRY_HOME: home,
    DATABASE_URL: url,
    GANTRY_SAMPLE: 'off',
    GANTRY_PROJECT: 'tiny',
  }
  const started = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let words = ''
  const exit = new Promise<number | null>(done => started.once('exit', done))
  await new Promise<void>(done => {
    const hear = (chunk: Buffer) => {
      words += chunk
      if (words.includes('Gantry is ready')) done()
    }
    started.stdout.on('data', hear)
    started.stderr.on('data', hear)
    void exit.then(() => done())
  })
  return { words, exit, kill: () => void started.kill('SIGKILL') }
}

test('a second server that keeps its files elsewhere is refused with the name of the first, whose runs go on', async () => {
  const home = await mkdtemp(join(tmpdir(), 'gantry-second-'))
  const go = join(home, 'go')
  const checks = (step: string) =>
    product().write(
      '.github/workflows/ci.yml',
      `on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: "${step}" }]\n`,
    )
  await checks(`while [ ! -e '${go}' ]; do sleep 0.05; done`)
  const sha = await product().commit('Slow checks')
  await product().push('HEAD:refs/heads/slow')
  const second = await otherServer(join(home, 'data'))
  expect(await second.exit).toBe(2)
  expect(second.words).toContain(
    `error DATABASE_IN_USE  process ${process.pid} on ${hostname()} (${server().url}) works`,
  )
  await writeFile(go, '')
  expect(await runOf(sha, 'ci.yml')).toMatchObject({ conclusion: 'success' })
  await checks('true')
  await rm(home, { recursive: true, force: true })
})

test('a server that was killed with -9 does not keep the next one from the database', async () => {
  const home = await mkdtemp(join(tmpdir(), 'gantry-killed-'))
  await server().stop()
  const killed = await otherServer(home)
  expect(killed.words).toContain('Gantry is ready')
  killed.kill()
  await killed.exit
  const next = await otherServer(home)
  expect(next.words).toContain('Gantry is ready')
  next.kill()
  await next.exit
  await restart()
  await rm(home, { recursive: true, force: true })
})

test('after a restart everything is found, services answer, and the line goes on', async () => {
  await server().stop()
  await restart()
  await until(line, isLive('production', release), 'production after the restart')
  await answering('production')
  expect(await get<ReleaseView>(`/api/v1/projects/tiny/releases/${release}`)).toMatchObject({
    promotions: [{ state: 'done', approvals: [{ person: 'Ana', reason: 'it works' }] }],
  })
  const deploy = await runOf(release, 'deploy.yml')
  expect(await get<RunState>(`/api/v1/projects/tiny/runs/${deploy?.id}`)).toMatchObject({ status: 'completed' })
  expect(await get<string>(`/api/v1/projects/tiny/runs/${deploy?.id}/jobs/build/log?format=text`)).toContain('release=')
  expect(await get('/api/v1/projects/tiny/ledger?limit=500')).toMatchObject({ whole: true })
  const second = await toMain('second', 'Second')
  await until(line, isLive('staging', second), 'the second one on staging')
  const undone = await ask<Deployment>('POST', '/api/v1/projects/tiny/environments/staging/rollback', {
    reason: 'by hand',
  })
  expect(undone.status).toBe(202)
  await until(line, isLive('staging', release), 'the first one back on staging')
})
