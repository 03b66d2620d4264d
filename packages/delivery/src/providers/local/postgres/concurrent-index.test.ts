import type { Migration } from '@gantry/core'
import { invalidIndexes, withConnection } from '@gantry/migrations'
import { emptyPglite } from '@gantry/migrations/testing'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { nativePostgres } from '../../../testing/native-postgres.ts'
import { freePort } from '../process/free-port.ts'
import { migrate } from './migrate.ts'
import { serveDatabase } from './wire-server.ts'

async function embedded() {
  const database = await emptyPglite()
  const port = await freePort('127.0.0.1')
  const server = await serveDatabase(database, { host: '127.0.0.1', port, idleInTransactionMs: 5_000 })
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.close()
      await database.close()
    },
  }
}

describe.each([
  ['PGlite', embedded],
  ['Postgres', nativePostgres],
])('on %s', (_, start) => {
  let database: Awaited<ReturnType<typeof embedded>>
  let client: Client
  let count = 0
  let table = ''
  beforeAll(async () => {
    database = await start()
    client = new Client({ connectionString: database.url })
    await client.connect()
  })
  afterAll(async () => {
    await client.end()
    await database.stop()
  })
  beforeEach(async () => {
    table = `t${++count}`
    await client.query(`create table ${table} (id int, note text); insert into ${table} values (1), (1)`)
  })
  const migration = (sql: string): Migration => ({
    ...{ version: `${100 + count}`, name: 'm', sql, effect: 'expand', verdicts: [] },
  })
  const indexes = async () =>
    (
      await client.query(
        `select relname as name, indisvalid as valid from pg_index join pg_class on oid = indexrelid
         where indrelid = '${table}'::regclass order by 1`,
      )
    ).rows
  const unique = () => `create unique index concurrently ${table}_once on ${table} (id)`

  test('a unique index that cannot be made leaves nothing behind, says which key, and is made once that is mended', async () => {
    const wanted = [migration(unique())]
    for (let time = 0; time < 2; time++) {
      await expect(migrate(database.url, wanted)).rejects.toMatchObject({
        code: 'MIGRATION_FAILED',
        message: expect.stringMatching(/could not create unique index.*: Key \(id\)=\(1\) is duplicated\./),
        facts: { sqlState: '23505', detail: 'Key (id)=(1) is duplicated.' },
      })
      expect(await indexes()).toEqual([])
    }
    await client.query(`delete from ${table} where ctid in (select ctid from ${table} limit 1)`)
    expect(await migrate(database.url, wanted)).toMatchObject({ applied: [wanted[0]?.version] })
    expect(await indexes()).toEqual([{ name: `${table}_once`, valid: true }])
  })

  test('one without a name leaves nothing behind either', async () => {
    await expect(migrate(database.url, [migration(unique().replace(`${table}_once`, ''))])).rejects.toThrow(
      /duplicated/,
    )
    expect(await indexes()).toEqual([])
  })

  test('an invalid one that a dead process left is made anew, also with `if not exists`', async () => {
    await client.query(unique()).catch(() => undefined)
    expect(await indexes()).toEqual([{ name: `${table}_once`, valid: false }])
    await client.query(`delete from ${table} where ctid in (select ctid from ${table} limit 1)`)
    await migrate(database.url, [migration(unique().replace('concurrently', 'concurrently if not exists'))])
    expect(await indexes()).toEqual([{ name: `${table}_once`, valid: true }])
  })

  test('a later try goes on behind what was carried out, and does nothing twice', async () => {
    const plain = `create index concurrently ${table}_note on ${table} (note)`
    const sql = `alter table ${table} add column more int;\n${plain};\n${unique()};`
    for (let time = 0; time < 2; time++) {
      await expect(migrate(database.url, [migration(sql)])).rejects.toThrow(/duplicated/)
      expect(await indexes()).toEqual([{ name: `${table}_note`, valid: true }])
    }
    const edited = sql.replace('more int', 'more bigint')
    await expect(migrate(database.url, [migration(edited)])).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
      message: expect.stringContaining('statement 1 of'),
    })
    const mended = sql.replace('unique index', 'index')
    await migrate(database.url, [migration(mended)])
    expect(await indexes()).toHaveLength(2)
    const left = await client.query('select from supabase_migrations.gantry_progress where version = $1', [
      migration(sql).version,
    ])
    expect(left.rowCount).toBe(0)
  })

  test('an index that was made, and nobody saw it, is taken as made; one that was there before is not', async () => {
    const sql = `create index concurrently ${table}_note on ${table} (note)`
    await client.query(sql)
    const wanted = [migration(sql)]
    for (let time = 0; time < 2; time++) await expect(migrate(database.url, wanted)).rejects.toThrow(/already exists/)
    // What a process leaves that died while Postgres made the index.
    await client.query('update supabase_migrations.gantry_progress set begun = $1 where version = $2', [
      sql,
      wanted[0]?.version,
    ])
    expect(await migrate(database.url, wanted)).toMatchObject({ applied: [wanted[0]?.version] })
  })

  test('an edit is named also where another tool noted no statements, by the checksum', async () => {
    const before = migration(`alter table ${table} add column more int`)
    await migrate(database.url, [before])
    await client.query('update supabase_migrations.schema_migrations set statements = null where version = $1', [
      before.version,
    ])
    expect(await migrate(database.url, [{ ...before, sql: `-- why\n${before.sql};` }])).toMatchObject({ applied: [] })
    const edited = migrate(database.url, [{ ...before, sql: before.sql.replace('int', 'bigint') }])
    await expect(edited).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' })
  })

  test('begin and commit around a migration say what holds anyway; in its middle they are refused, and nothing is done', async () => {
    const whole = migration(`begin;\nalter table ${table} add column a int;\ncommit;`)
    expect(await migrate(database.url, [whole])).toMatchObject({ applied: [whole.version] })
    const sql = `alter table ${table} add column b int; commit; alter table ${table} add column c int`
    const cut = { ...whole, version: `${whole.version}1`, sql }
    await expect(migrate(database.url, [cut])).rejects.toThrow(
      /1_m\.sql:1: a migration is one transaction; take "commit" out/,
    )
    const columns = await client.query(`select from information_schema.columns where table_name = '${table}'`)
    expect(columns.rowCount).toBe(3)
  })

  test('indexes that are not valid are named with their table', async () => {
    // Two rows that are the same: what was begun stays behind.
    await expect(client.query(unique())).rejects.toMatchObject({ code: '23505' })
    const found = await withConnection(database.url, invalidIndexes)
    expect(found).toContainEqual({ index: `${table}_once`, table })
    await client.query(`drop index ${table}_once`)
  })
})
