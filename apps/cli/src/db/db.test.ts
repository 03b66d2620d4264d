import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type SqlSession, withConnection } from '@gantry/migrations'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runProgram } from '../program.ts'
import { nativePostgres } from '../testing/native-postgres.ts'
import { type TestHostChanges, tempFolder, testHost, typed } from '../testing/test-host.ts'

let postgres: Awaited<ReturnType<typeof nativePostgres>>
let count = 0
beforeAll(async () => {
  postgres = await nativePostgres()
})
afterAll(() => postgres.stop())

const supabase = 'apps/api/supabase/migrations'
const first = { [`${supabase}/1_sites.sql`]: 'create table sites (id int primary key, title text)' }

function repository(files: Record<string, string>): string {
  const cwd = tempFolder()
  write(cwd, files)
  execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd })
  return cwd
}

function write(cwd: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
}

const on = <Result>(url: string, work: (session: SqlSession) => Promise<Result>) => withConnection(url, work)

/** A repository and an empty database of its own. */
async function shop(files: Record<string, string> = first) {
  const name = `shop_${++count}`
  await on(postgres.url, session => session.query(`create database ${name}`))
  const url = Object.assign(new URL(postgres.url), { pathname: `/${name}` }).href
  const cwd = repository(files)
  const db = (argv: string[], changes: TestHostChanges = {}) =>
    typed(['db', ...argv], { cwd, ...changes, env: { DATABASE_URL: url, ...changes.env } })
  return { cwd, url, db }
}

it('applies what is missing wherever supabase/ is, once, and names drift both ways', async () => {
  const { cwd, url, db } = await shop()
  expect(await db(['status'])).toMatchObject({ code: 0, out: expect.stringMatching(/1 +sites +to apply/) })
  expect((await db(['apply'])).out).toContain('applied 1')
  expect((await db(['apply'])).out).toContain('nothing was to apply')
  await on(url, session =>
    session.query("insert into supabase_migrations.schema_migrations values ('9', null, 'theirs')"),
  )
  write(cwd, {
    [`${supabase}/1_sites.sql`]: 'create table sites (id bigint primary key)',
    [`${supabase}/2_b.sql`]: 'select 2',
  })
  const { code, out } = await db(['status', '--json'])
  expect([code, JSON.parse(out)]).toEqual([
    1,
    {
      ...{ tool: 'Supabase', dir: supabase, applied: [], localOnly: ['2_b'], remoteOnly: ['9_theirs'] },
      ...{ changed: ['1_sites'], halfDone: [], invalidIndexes: [] },
    },
  ])
  expect(await db(['apply'])).toMatchObject({ code: 1, err: expect.stringContaining('MIGRATION_CHANGED') })
  write(cwd, first)
  expect(await db(['apply'])).toMatchObject({ code: 1, err: expect.stringContaining('the database has 9_theirs') })
  expect((await db(['apply', '--ignore-remote'])).out).toContain('applied 2')
})

it('what may break the release that serves is refused, asked about, or applied with --yes', async () => {
  const { cwd, db } = await shop()
  await db(['apply'])
  write(cwd, { [`${supabase}/2_less.sql`]: 'select 1;\nalter table sites drop column title' })
  const refused = await db(['apply'])
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('2_less, line 2: drops column sites.title') })
  expect(refused.out).toContain('Remove it in a later release')
  const asked = await db(['apply'], { answers: ['no'] })
  expect(asked).toMatchObject({ code: 1, asked: [expect.stringContaining('1 statement may break')] })
  expect((await db(['status'])).out).toMatch(/2 +less +to apply/)
  expect((await db(['apply', '--yes'])).out).toContain('applied 2')
})

it('one that a person accepted is applied without asking', async () => {
  const { cwd, db } = await shop()
  await db(['apply'])
  write(cwd, { [`${supabase}/2_less.sql`]: '-- gantry:safe nothing reads it\nalter table sites drop column title' })
  const { code, out } = await db(['apply'])
  expect([code, out]).toEqual([0, expect.stringContaining('accepted: nothing reads it')])
})

it('two that apply at once take turns, and a failure says where', async () => {
  const { cwd, db } = await shop({ ...first, [`${supabase}/2_slow.sql`]: 'select pg_sleep(0.2); create table b ()' })
  const both = await Promise.all([db(['apply']), db(['apply'])])
  expect(both.map(({ code }) => code)).toEqual([0, 0])
  write(cwd, { [`${supabase}/3_wrong.sql`]: 'create table c ();\n\n  insert into nothing values (1)' })
  expect(await db(['apply'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('3_wrong.sql:3:15: relation "nothing" does not exist'),
  })
  expect((await db(['status'])).out).toMatch(/3 +wrong +to apply/)
})

it('without a database it judges what is new since a commit, and does not need one for nothing', async () => {
  const { cwd, db } = await shop()
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd, encoding: 'utf8' })
  git('add', '.')
  git('commit', '--quiet', '--message', 'one')
  expect(await db(['plan', '--base', 'HEAD'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('nothing to apply'),
  })
  expect(await db(['plan', '--base', 'nowhere'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('got "nowhere"'),
  })
  expect(await db(['status'], { env: { DATABASE_URL: '' } })).toMatchObject({ code: 2 })
  expect(await db(['status', '--url-from', 'OTHER'], { env: { OTHER: 'mysql://x' } })).toMatchObject({ code: 2 })
})

it('a new one comes behind all others, under the name of what it does', async () => {
  const { cwd, db } = await shop({ [`${supabase}/20991231235959_last.sql`]: '' })
  const now = () => new Date('2026-11-27T20:00:00Z')
  expect((await db(['new', 'Add a slug!', '--dry-run'], { now })).out).toBe(
    `${supabase}/20991231235960_add_a_slug.sql\n`,
  )
  await db(['new', 'Add a slug!'], { now })
  expect(readFileSync(join(cwd, supabase, '20991231235960_add_a_slug.sql'), 'utf8')).toContain('gantry db plan')
  const empty = await typed(['db', 'new', 'first'], { cwd: repository({ 'package.json': '{}' }), now })
  expect(empty.out).toBe('supabase/migrations/20261127200000_first.sql\n')
  expect(await db(['new'])).toMatchObject({ code: 2 })
})

it("migrations of Prisma are read from Prisma's history, and applied by the script of the nearest package", async () => {
  const files = {
    'api/prisma/migrations/20260101000000_init/migration.sql': 'create table sites (id int)',
    'api/package.json': JSON.stringify({ scripts: { 'db:deploy': 'node ours.mjs && prisma migrate deploy' } }),
  }
  const { url, db } = await shop(files)
  const bin = tempFolder()
  // Stands for pnpm: writes what Prisma writes.
  writeFileSync(
    join(bin, 'pnpm'),
    `#!/bin/sh\necho "$PWD $* $DATABASE_URL" > '${bin}/called'\n[ -n "$REFUSE" ] && exit 3; exit 0\n`,
    { mode: 0o755 },
  )
  const env = { PATH: `${bin}:${process.env['PATH']}` }
  expect((await db(['status'], { env })).out).toMatch(/\(Prisma\)[\s\S]*20260101000000 +init +to apply/)
  expect(await db(['apply'], { env: { ...env, REFUSE: '1' } })).toMatchObject({
    code: 1,
    err: expect.stringContaining('pnpm run db:deploy ended with 3'),
  })
  expect(readFileSync(join(bin, 'called'), 'utf8')).toContain(`/api run db:deploy ${url}`)
  await on(url, session => session.query(prismaTable))
  expect((await db(['status'], { env })).out).toMatch(/20260101000000 +init +applied/)
  await on(url, session => session.query('update _prisma_migrations set finished_at = null'))
  expect(await db(['apply'], { env })).toMatchObject({
    code: 1,
    err: expect.stringContaining('prisma migrate resolve --rolled-back 20260101000000_init'),
  })
  await on(url, session =>
    session.query(
      'create schema shop; alter table _prisma_migrations set schema shop; update shop._prisma_migrations set finished_at = now()',
    ),
  )
  const inShop = { ...env, DATABASE_URL: `${url}?schema=shop` }
  expect((await db(['status'], { env: inShop })).out).toMatch(/20260101000000 +init +applied/)
  expect((await db(['status'], { env })).out).toMatch(/20260101000000 +init +to apply/)
  // It ends with 0, and did nothing.
  expect(await db(['apply'], { env })).toMatchObject({
    code: 1,
    err: expect.stringContaining('the database has no 20260101000000_init'),
  })
})

const prismaTable = `
create table _prisma_migrations (id text, checksum text, finished_at timestamptz, migration_name text, logs text,
  rolled_back_at timestamptz, started_at timestamptz default now(), applied_steps_count int);
insert into _prisma_migrations (checksum, finished_at, migration_name)
values (encode(sha256('create table sites (id int)'), 'hex'), now(), '20260101000000_init')`

it("migrations of Drizzle are listed by its journal, and known by the moments in Drizzle's history", async () => {
  const entries = [
    { idx: 0, version: '7', when: 1_700_000_000_000, tag: '0000_brave_hulk', breakpoints: true },
    { idx: 1, version: '7', when: 1_700_000_000_001, tag: '0001_calm_thor', breakpoints: true },
  ]
  const { url, db } = await shop({
    'db/drizzle.config.ts': "export default { dialect: 'postgresql', out: './drizzle' }",
    'db/drizzle/0000_brave_hulk.sql': 'create table a (id int);\n--> statement-breakpoint\ncreate table b (id int);',
    'db/drizzle/0001_calm_thor.sql': 'select 1',
    'db/drizzle/meta/_journal.json': JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
  })
  await on(url, session =>
    session.query(`create schema drizzle; create table drizzle.__drizzle_migrations (id serial, hash text, created_at bigint);
      insert into drizzle.__drizzle_migrations (hash, created_at) values ('of another file', 1700000000000)`),
  )
  const { out } = await db(['status', '--json'])
  expect(JSON.parse(out)).toMatchObject({
    tool: 'Drizzle',
    changed: ['0000_brave_hulk'],
    localOnly: ['0001_calm_thor'],
  })
})

it('Drizzle 1 has a folder for each migration, and names in its history, in whatever schema its config keeps it', async () => {
  const { url, db } = await shop({
    'drizzle/20260101000000_brave_hulk/migration.sql': 'create table a (id int)',
    'drizzle/20260101000000_brave_hulk/snapshot.json': '{}',
    'drizzle/20260102000000_calm_thor/migration.sql': 'select 1',
    'drizzle/20260102000000_calm_thor/snapshot.json': '{}',
  })
  await on(url, session =>
    session.query(`create table public.__drizzle_migrations (id serial, hash text, created_at bigint, name text);
      insert into public.__drizzle_migrations (hash, created_at, name)
      values (encode(sha256('create table a (id int)'), 'hex'), 1, '20260101000000_brave_hulk'), ('x', 2, '20250101000000_theirs')`),
  )
  const { out } = await db(['status', '--json', '--dir', 'drizzle'])
  expect(JSON.parse(out)).toMatchObject({
    tool: 'Drizzle',
    applied: ['20260101000000_brave_hulk'],
    localOnly: ['20260102000000_calm_thor'],
    remoteOnly: ['20250101000000_theirs'],
  })
})

it("the lock lasts as long as the repository's command works, also when what began it is killed", async () => {
  const { cwd, url } = await shop({
    'prisma/migrations/20260101000000_init/migration.sql': 'create table sites (id int)',
    'package.json': JSON.stringify({ devDependencies: { prisma: '7' } }),
  })
  const bin = tempFolder()
  const wait = `until test -e '${bin}/go'; do sleep 0.02; done`
  writeFileSync(join(bin, 'pnpm'), `#!/bin/sh\necho begun >> '${bin}/log'\n${wait}\necho ended >> '${bin}/log'\n`, {
    mode: 0o755,
  })
  writeFileSync(join(bin, 'log'), '')
  const log = () => readFileSync(join(bin, 'log'), 'utf8')
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}`, DATABASE_URL: url }
  const main = join(import.meta.dirname, '../main.ts')
  const first = spawn(process.execPath, [main, 'db', 'apply'], { cwd, env, stdio: 'ignore' })
  await expect.poll(log).toBe('begun\n')
  first.kill('SIGKILL')
  await once(first, 'close')
  const host = testHost({ cwd, env: { PATH: env.PATH, DATABASE_URL: url } })
  const second = runProgram(['db', 'apply'], host)
  await expect.poll(host.err).toContain('waits for gantry migrate')
  expect(log()).toBe('begun\n')
  writeFileSync(join(bin, 'go'), '')
  expect(await second).toBe(1)
  expect(log()).toBe('begun\nended\nbegun\nended\n')
})
