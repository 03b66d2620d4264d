import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { withConnection } from '@gantry/migrations'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { nativePostgres } from '../testing/native-postgres.ts'
import { tempFolder, typed } from '../testing/test-host.ts'

/** The real Supabase CLI and Gantry take turns on one real Postgres: after each step both say the same. */
let postgres: Awaited<ReturnType<typeof nativePostgres>>
let binary = ''
beforeAll(async () => {
  postgres = await nativePostgres()
  const manifest = createRequire(join(import.meta.dirname, '../../../../package.json')).resolve('supabase/package.json')
  binary = join(dirname(manifest), JSON.parse(await readFile(manifest, 'utf8')).bin.supabase)
})
afterAll(() => postgres.stop())

let cwd = ''
let url = ''
let count = 0
beforeEach(async () => {
  cwd = tempFolder()
  count += 1
  await withConnection(postgres.url, session => session.query(`create database turns_${count}`))
  url = Object.assign(new URL(postgres.url), { pathname: `/turns_${count}` }).href
})

const fileOf = (day: number) => join(cwd, `supabase/migrations/202601${String(day).padStart(2, '0')}000000_m.sql`)
async function write(day: number, sql: string): Promise<void> {
  await mkdir(dirname(fileOf(day)), { recursive: true })
  await writeFile(fileOf(day), sql)
}
const gantry = (...argv: string[]) => typed(['db', ...argv], { cwd, env: { DATABASE_URL: url } })
const supabase = (...argv: string[]) =>
  new Promise<{ code: number; out: string }>(resolve => {
    execFile(binary, [...argv, `--remote=${url}?sslmode=disable`], { cwd }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out: out + err }),
    )
  })

/** Days of the migrations by where they are, as the table of `migration list` has them. */
async function theirs() {
  const { out } = await supabase('migration', 'list')
  const rows = [...out.matchAll(/^ *`([\d ]*)` *\| `([\d ]*)` *\|/gm)]
  const days = (texts: string[]) => texts.map(text => Number(text.slice(6, 8)))
  const has = (text: string | undefined) => (text ?? '').trim() !== ''
  return {
    both: days(rows.filter(([, local, remote]) => has(local) && has(remote)).map(([, local = '']) => local)),
    local: days(rows.filter(([, local, remote]) => has(local) && !has(remote)).map(([, local = '']) => local)),
    remote: days(rows.filter(([, local, remote]) => !has(local) && has(remote)).map(([, , remote = '']) => remote)),
  }
}

async function ours() {
  const { applied, localOnly, remoteOnly, changed } = JSON.parse((await gantry('status', '--json')).out)
  const days = (names: string[]) => names.map(name => Number(name.slice(6, 8)))
  expect(changed).toEqual([])
  return { both: days(applied), local: days(localOnly), remote: days(remoteOnly) }
}

async function bothSay(said: { both: number[]; local?: number[]; remote?: number[] }): Promise<void> {
  const whole = { local: [], remote: [], ...said }
  expect([await ours(), await theirs()]).toEqual([whole, whole])
}

test('db push, migration list and gantry db agree at every step, also after a migration that fails', async () => {
  await write(1, 'create table a (id int primary key);\n-- why\ncreate table b (id int references a);')
  await bothSay({ both: [], local: [1] })
  expect((await supabase('db', 'push', '--yes')).code).toBe(0)
  await bothSay({ both: [1] })

  await write(2, "create function f() returns text language sql as $$ select ';' $$; insert into a values (1);")
  expect((await gantry('apply')).out).toContain('applied 20260102000000')
  await bothSay({ both: [1, 2] })
  expect((await supabase('db', 'push', '--yes')).out).toMatch(/up to date/i)

  await write(3, 'alter table a add column more int;\ncreate index concurrently a_more on a (more);')
  expect((await gantry('apply')).code).toBe(0)
  await write(4, 'create index concurrently b_id on b (id);')
  expect((await supabase('db', 'push', '--yes')).code).toBe(0)
  await bothSay({ both: [1, 2, 3, 4] })

  await write(5, 'create table d (id int);\nselect nothing;')
  const failed = await gantry('apply')
  expect(failed.err).toContain('20260105000000_m.sql:2:8: column "nothing" does not exist')
  await bothSay({ both: [1, 2, 3, 4], local: [5] })
  expect((await supabase('db', 'push', '--yes')).code).not.toBe(0)
  await bothSay({ both: [1, 2, 3, 4], local: [5] })
  await write(5, 'create table d (id int);')
  expect((await supabase('db', 'push', '--yes')).code).toBe(0)
  await bothSay({ both: [1, 2, 3, 4, 5] })
  expect((await gantry('apply')).out).toContain('nothing was to apply')
})

test('what is in the database alone is named by both, and stops both', async () => {
  await write(1, 'create table a (id int);')
  await write(2, 'create table b (id int);')
  await gantry('apply')
  await rm(fileOf(2))
  await write(3, 'create table c (id int);')
  await bothSay({ both: [1], local: [3], remote: [2] })
  expect(await gantry('apply')).toMatchObject({ code: 1, err: expect.stringContaining('MIGRATION_DRIFT') })
  expect((await supabase('db', 'push', '--yes')).code).not.toBe(0)
  const repaired = await supabase('migration', 'repair', '--status', 'reverted', '20260102000000', '--yes')
  expect(repaired).toMatchObject({ code: 0 })
  await bothSay({ both: [1], local: [3] })
  expect((await gantry('apply')).code).toBe(0)
  await bothSay({ both: [1, 3] })

  await write(2, 'create table if not exists b (id bigint);')
  expect((await supabase('db', 'push', '--yes', '--include-all')).code).toBe(0)
  await bothSay({ both: [1, 2, 3] })
})

test('one that comes late, from a branch merged late, is applied by Gantry, and the CLI takes it as applied', async () => {
  await write(2, 'create table b (id int);')
  expect((await supabase('db', 'push', '--yes')).code).toBe(0)
  await write(1, 'create table a (id int);')
  expect((await supabase('db', 'push', '--yes')).code).not.toBe(0)
  expect((await gantry('apply')).out).toContain('applied 20260101000000')
  await bothSay({ both: [1, 2] })
  expect((await supabase('db', 'push', '--yes')).out).toMatch(/up to date/i)
})

test('of two that deploy at once, whichever tool they use, each migration is applied once', async () => {
  for (const day of [1, 2, 3]) await write(day, `create table t${day} (id int); select pg_sleep(0.3);`)
  const gantries = await Promise.all([gantry('apply'), gantry('apply')])
  expect(gantries.map(({ code }) => code)).toEqual([0, 0])
  await bothSay({ both: [1, 2, 3] })

  for (const day of [4, 5, 6]) await write(day, `create table t${day} (id int); select pg_sleep(0.3);`)
  const mixed = await Promise.all([gantry('apply'), supabase('db', 'push', '--yes')])
  // The CLI takes no lock: one of the two may find that the other was first. Then a second try finds everything done.
  expect(mixed.some(({ code }) => code === 0)).toBe(true)
  expect((await gantry('apply')).code).toBe(0)
  await bothSay({ both: [1, 2, 3, 4, 5, 6] })
  expect((await supabase('db', 'push', '--yes')).out).toMatch(/up to date/i)
})
