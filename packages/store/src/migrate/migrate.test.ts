import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrationsDir, openDatabase } from '../database/database.ts'
import { type Database, databaseOn } from '../database/opened-database.ts'
import { openPostgres } from '../database/postgres.ts'
import { plainRows } from '../database/values.ts'
import { embeddedDatabase } from '../testing/embedded-database.ts'
import { type RealPostgres, realPostgres } from '../testing/real-postgres.ts'
import { migrate } from './migrate.ts'

let postgres: RealPostgres
let dir: string

beforeAll(async () => {
  postgres = await realPostgres(process.env.DATABASE_URL_TEST)
  dir = await mkdtemp(join(tmpdir(), 'gantry-migrate-'))
})
afterAll(async () => {
  await postgres.stop()
  await rm(dir, { recursive: true, force: true })
})

const history = (database: Database) =>
  database.session(async session =>
    plainRows(
      await session.query('select version, name, statements from supabase_migrations.schema_migrations order by 1', []),
    ),
  )

const plain = async (url: string) => databaseOn(await openPostgres(url))

async function migrationsIn(name: string, files: Record<string, string>): Promise<string> {
  const folder = join(dir, name)
  await mkdir(folder, { recursive: true })
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
  return folder
}

/** The real CLI, as a user of Supabase would run it. */
async function supabasePush(url: string): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve('supabase/package.json')
  const binary = join(dirname(manifest), JSON.parse(await readFile(manifest, 'utf8')).bin.supabase)
  const push = ['db', 'push', '--yes', `--remote=${url}?sslmode=disable`]
  const { stdout, stderr } = await promisify(execFile)(binary, push, { cwd: join(migrationsDir, '../..') })
  return stdout + stderr
}

test('writes the history that the Supabase CLI writes', async () => {
  const [theirs, ours] = [await postgres.createDatabase(), await postgres.createDatabase()]
  await supabasePush(theirs)
  const [pushed, migrated] = [await plain(theirs), await openDatabase({ kind: 'postgres', url: ours })]
  expect(await history(migrated)).toEqual(await history(pushed))

  expect(await migrate(pushed, migrationsDir)).toMatchObject({ applied: [] })
  expect(await supabasePush(ours)).toContain('up to date')
  await Promise.all([pushed.close(), migrated.close()])
})

test.each([
  ['PGlite', embeddedDatabase],
  ['Postgres', async () => openDatabase({ kind: 'postgres', url: await postgres.createDatabase() })],
])('applies each file once, in order, and keeps nothing of one that fails, on %s', async (_name, open) => {
  const database = await open()
  const files = {
    '30000101000000_a.sql': 'create table a (id int); create index on a (id)',
    'notes.md': 'not a migration',
  }
  const first = await migrate(database, await migrationsIn('first', files))
  expect(first).toEqual({ applied: ['30000101000000'], alreadyThere: [] })

  const broken = { ...files, '30000102000000_b.sql': 'create table b (id int); insert into nonsense values (1)' }
  const failing = migrate(database, await migrationsIn('broken', broken))
  await expect(failing).rejects.toMatchObject({ code: 'MIGRATION_FAILED', message: expect.stringContaining('_b.sql') })
  expect((await history(database)).at(-1)).toMatchObject({ version: '30000101000000', name: 'a' })

  const fixed = { ...broken, '30000102000000_b.sql': "create table b (id int); comment on table b is ';'" }
  const second = await migrate(database, await migrationsIn('fixed', fixed))
  expect(second).toEqual({ applied: ['30000102000000'], alreadyThere: ['30000101000000'] })
  await database.close()
})

test('refuses a migration that was edited after it was applied, but not one written with other spaces or comments', async () => {
  const database = await openDatabase({ kind: 'postgres', url: await postgres.createDatabase() })
  const file = '30000101000000_a.sql'
  await migrate(database, await migrationsIn('before', { [file]: 'create table a (id int);' }))
  await migrate(database, await migrationsIn('spaced', { [file]: 'create table a\n  (id int)' }))
  await migrate(database, await migrationsIn('noted', { [file]: '-- why;\ncreate /* a; */ table a (id int) -- so' }))
  const edited = migrate(database, await migrationsIn('edited', { [file]: 'create table a (id bigint);' }))
  await expect(edited).rejects.toMatchObject({ code: 'MIGRATION_CHANGED', message: expect.stringContaining(file) })
  await database.close()
})

test('lets processes that start at once take turns', async () => {
  const url = await postgres.createDatabase()
  const opened = await Promise.all(Array.from({ length: 4 }, () => openDatabase({ kind: 'postgres', url })))
  const files = (await readdir(migrationsDir)).filter(name => name.endsWith('.sql'))
  expect(await history(opened[0] as Database)).toHaveLength(files.length)
  await Promise.all(opened.map(database => database.close()))
})

test('uses a pg_trgm that lives in a schema of its own, as on Supabase', async () => {
  const url = await postgres.createDatabase()
  const prepared = await plain(url)
  await prepared.exec('create schema extensions; create extension pg_trgm with schema extensions')
  await migrate(prepared, migrationsDir)
  const index = await prepared.session(session =>
    session.query("select indexdef from pg_indexes where indexname = 'lines_by_text'", []),
  )
  expect(index.rows[0]?.[0]).toContain('extensions.gin_trgm_ops')
  await prepared.close()
})
