import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, expect, test } from 'vitest'
import { nativePostgres } from '../../../testing/native-postgres.ts'
import { testCacheDir } from '../../../testing/test-delivery.ts'
import { databaseName } from '../../unique-name.ts'
import { freePort } from '../process/free-port.ts'
import { pidFiles } from '../process/pid-files.ts'
import { type Databases, openDatabases } from './databases.ts'
import { migrate } from './migrate.ts'

const of = { project: 'p', environment: 'staging', service: 'database' }
const opened: Databases[] = []
afterEach(() => Promise.all(opened.splice(0).map(each => each.stop())))

async function open(over: { home?: string; databaseUrl?: string; data?: string } = {}) {
  const home = over.home ?? (await mkdtemp(join(tmpdir(), 'gantry-databases-')))
  const said: string[] = []
  const databases = openDatabases({
    dataDir: () => over.data ?? join(home, 'data'),
    cacheDir: testCacheDir,
    compiled: process.env['NODE_COMPILE_CACHE'],
    host: '127.0.0.1',
    databaseUrl: over.databaseUrl ?? null,
    pids: pidFiles(join(home, 'run')),
    onLine: (_of, _stream, text) => said.push(text),
    log: message => said.push(message),
  })
  opened.push(databases)
  return { databases, home, said }
}

async function ask(url: string, sql: string) {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows
}

test('an environment keeps its data, through a crash and through a start', async () => {
  const { databases, home, said } = await open()
  const [url, same] = await Promise.all([databases.open(of), databases.open(of)])
  expect(same).toBe(url)
  await ask(url, 'create table t (n int); insert into t values (7)')
  const [listed] = databases.list()
  expect(listed).toMatchObject({ key: 'p/staging/database', url })
  process.kill(listed?.pid ?? 0, 'SIGKILL')
  await expect.poll(() => ask(url, 'select n from t').catch(String)).toEqual([{ n: 7 }])
  expect(said.join()).toMatch(/was ended by SIGKILL; it is started again/)
  await databases.stop()
  const again = await open({ home })
  expect(await ask(await again.databases.open(of), 'select n from t')).toEqual([{ n: 7 }])
})

test('one that cannot start says why', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'gantry-databases-')), 'file')
  await writeFile(file, '')
  const { databases } = await open({ data: join(file, 'data', 'data') })
  await expect(databases.open(of)).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: expect.stringMatching(/exited with code 1[\s\S]*ENOTDIR/),
  })
})

test('a Postgres that is not there is named so', async () => {
  const { databases } = await open({
    databaseUrl: `postgres://postgres@127.0.0.1:${await freePort('127.0.0.1')}/postgres`,
  })
  await expect(databases.open(of)).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
})

test('places whose names are alike when they are joined or cut have databases of their own', () => {
  const place = (project: string, environment: string, service: string) => ({ project, environment, service })
  const long = 'a'.repeat(39)
  const places = [
    ...[place('a', 'b-c', 'd'), place('a-b', 'c', 'd'), place('a', 'b', 'c-d'), place('a', 'b', 'd')],
    ...[place(long, long, 'one'), place(long, long, 'two')],
  ]
  const names = places.map(databaseName)
  expect(new Set(names).size).toBe(places.length)
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]{0,62}$/)
  expect(databaseName(place('shop', 'production', 'database'))).toMatch(/^shop_production_database_[0-9a-f]{8}$/)
})

test('on a real Postgres each environment has a database of its own, migrated under a lock', async () => {
  const postgres = await nativePostgres()
  try {
    const { databases } = await open({ databaseUrl: postgres.url })
    const [staging, production] = [await databases.open(of), await databases.open({ ...of, environment: 'production' })]
    const names = [of, { ...of, environment: 'production' }].map(place => `/${databaseName(place)}`)
    expect([staging, production].map(url => new URL(url).pathname)).toEqual(names)
    const migrations = [
      { version: '1', name: 'a', sql: 'create table a (id int)', effect: 'expand' as const, verdicts: [] },
      { version: '2', name: 'b', sql: 'create index concurrently on a (id)', effect: 'expand' as const, verdicts: [] },
    ]
    expect((await migrate(staging, migrations)).applied).toEqual(['1', '2'])
    const broken = { ...migrations[0]!, version: '3', sql: 'create table b (id int);\nselect nothing_here' }
    await expect(migrate(staging, [...migrations, broken])).rejects.toThrow(
      /^3_a\.sql:2:8: column "nothing_here" does not exist/,
    )
    expect(await ask(staging, "select to_regclass('b') as b")).toEqual([{ b: null }])
    expect(await ask(production, "select to_regclass('a') as a")).toEqual([{ a: null }])
    const again = await open({ databaseUrl: postgres.url })
    expect(await again.databases.open(of)).toBe(staging)
  } finally {
    await postgres.stop()
  }
})
