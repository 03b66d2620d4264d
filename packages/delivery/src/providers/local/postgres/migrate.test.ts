import type { PGlite } from '@electric-sql/pglite'
import type { Migration } from '@gantry/core'
import { emptyPglite } from '@gantry/migrations/testing'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../process/free-port.ts'
import { migrate } from './migrate.ts'
import { serveDatabase } from './wire-server.ts'

const host = '127.0.0.1'
let database: PGlite
let server: { close(): Promise<void> }
let url: string
beforeAll(async () => {
  database = await emptyPglite()
  const port = await freePort(host)
  server = await serveDatabase(database, { host, port, idleInTransactionMs: 5_000 })
  url = `postgres://postgres:postgres@${host}:${port}/postgres`
})
afterAll(async () => {
  await server.close()
  await database.close()
})

const migration = (version: string, sql: string): Migration => ({
  version,
  name: 'm',
  sql,
  effect: 'expand',
  verdicts: [],
})
const versions = async () =>
  (
    await database.query<{ version: string }>('select version from supabase_migrations.schema_migrations order by 1')
  ).rows.map(row => row.version)

test('applies what is missing, in order, once', async () => {
  const first = [
    migration('2', 'create table b (a int references a)'),
    migration('1', 'create table a (id int primary key); -- done'),
  ]
  expect(await migrate(url, first)).toMatchObject({ applied: ['1', '2'] })
  expect(await migrate(url, first)).toMatchObject({ applied: [] })
  // One that arrives late, from a branch merged late, is applied too.
  expect(await migrate(url, [...first, migration('15', 'select 1')])).toMatchObject({ applied: ['15'] })
  expect(await versions()).toEqual(['1', '15', '2'])
})

test('two at once do not meet', async () => {
  const wanted = [migration('30', 'create table c (id int)')]
  const applied = await Promise.all([migrate(url, wanted), migrate(url, wanted)])
  expect(applied.map(each => each.applied.length).sort()).toEqual([0, 1])
})

test('an index is made concurrently outside a transaction', async () => {
  const sql = 'create index concurrently on a (id);\ncreate index concurrently oops on nothing (id)'
  await expect(migrate(url, [migration('40', sql)])).rejects.toThrow(
    /^40_m\.sql(:2:\d+)?: relation "nothing" does not exist/,
  )
  expect(await migrate(url, [migration('41', 'create index concurrently named on a (id)')])).toMatchObject({
    applied: ['41'],
  })
})

test('an empty file and other line ends are nothing to complain about; an edit is', async () => {
  await migrate(url, [migration('50', '-- nothing\n'), migration('51', 'create table d (\n  id int\n)')])
  expect(
    await migrate(url, [migration('50', '-- nothing\n'), migration('51', 'create table d (\r\n  id int\r\n)\r\n')]),
  ).toMatchObject({ applied: [] })
  await expect(migrate(url, [migration('51', 'create table d (id bigint)')])).rejects.toMatchObject({
    code: 'MIGRATION_CHANGED',
  })
})

test('history written by the Supabase CLI is accepted as it is', async () => {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query("insert into supabase_migrations.schema_migrations (version, name) values ('60', 'theirs')")
  await client.end()
  expect(await migrate(url, [migration('60', 'select * from never_run')])).toMatchObject({ applied: [] })
})

test('a database that is not there is named so', async () => {
  const gone = `postgres://postgres@${host}:${await freePort(host)}/postgres`
  await expect(migrate(gone, [])).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
})
