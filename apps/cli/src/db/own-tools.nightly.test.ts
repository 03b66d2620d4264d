import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { withConnection } from '@gantry/migrations'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nativePostgres } from '../testing/native-postgres.ts'
import { typed } from '../testing/test-host.ts'

/** The commands of Prisma and Drizzle from npm, on a real Postgres, through `gantry db apply`. */
const versions = {
  ...{ prisma: '7.10.1', '@prisma/adapter-pg': '7.10.1', '@prisma/driver-adapter-utils': '7.10.1' },
  '@prisma/schema-engine-wasm': '8.1.0-2.59be4fda12412a79eeb9c2ae727b6aa723593323',
  ...{ 'drizzle-kit': '0.31.11', 'drizzle-orm': '0.45.4', pg: '8.16.3' },
}

let postgres: Awaited<ReturnType<typeof nativePostgres>>
let folder = ''
beforeAll(async () => {
  postgres = await nativePostgres()
  folder = await mkdtemp(join(tmpdir(), 'gantry-own-tools-'))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: versions }))
  const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline']
  await promisify(execFile)('npm', words, { cwd: folder })
}, 900_000)
afterAll(async () => {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
})

const main = join(import.meta.dirname, '../main.ts')
const bin = join(import.meta.dirname, '../../../../packages/runner/node_modules/.bin')

type Tool = 'Prisma' | 'Drizzle'

const files: Record<Tool, Record<string, string>> = {
  Prisma: {
    'package.json': JSON.stringify({ scripts: { 'db:deploy': 'prisma migrate deploy' } }),
    'prisma.config.ts': `import { defineConfig, env } from 'prisma/config'
export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' }, datasource: { url: env('DATABASE_URL') } })`,
    'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n}\n',
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
  },
  Drizzle: {
    'package.json': JSON.stringify({ devDependencies: { 'drizzle-kit': versions['drizzle-kit'] } }),
    'drizzle.config.ts': `import { defineConfig } from 'drizzle-kit'
export default defineConfig({ schema: './schema.ts', out: './drizzle', dialect: 'postgresql', dbCredentials: { url: process.env.DATABASE_URL! } })`,
    'schema.ts': 'export {}\n',
  },
}

let count = 0
/** A repository with the tool installed, and an empty database. */
async function opened(tool: Tool) {
  count += 1
  const cwd = join(folder, `repository-${count}`)
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(cwd, path)), { recursive: true })
    await writeFile(join(cwd, path), text)
  }
  for (const [path, text] of Object.entries(files[tool])) await write(path, text)
  await write('pnpm-workspace.yaml', 'verifyDepsBeforeRun: false\n')
  await write('.gitignore', 'node_modules\n')
  await symlink(join(folder, 'node_modules'), join(cwd, 'node_modules'))
  execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd })
  await withConnection(postgres.url, session => session.query(`create database own_${count}`))
  const url = Object.assign(new URL(postgres.url), { pathname: `/own_${count}` }).href
  const env = {
    ...{ DATABASE_URL: url, PATH: `${bin}:${process.env['PATH']}`, HOME: folder, CHECKPOINT_DISABLE: '1' },
    PRISMA_SCHEMA_ENGINE_BINARY: join(import.meta.dirname, '../testing/schema-engine.mjs'),
  }
  const migrations: string[] = []
  return {
    ...{ cwd, env },
    /** The n-th migration, as the tool writes it. */
    async migration(sql: string, n = migrations.length + 1) {
      migrations[n - 1] = sql
      if (tool === 'Prisma') return write(`prisma/migrations/2026010${n}000000_m/migration.sql`, sql)
      await write(`drizzle/000${n}_m.sql`, sql)
      const entries = migrations.map((_, at) => ({
        idx: at,
        version: '7',
        when: at + 1,
        tag: `000${at + 1}_m`,
        breakpoints: true,
      }))
      return write('drizzle/meta/_journal.json', JSON.stringify({ version: '7', dialect: 'postgresql', entries }))
    },
    db: (...argv: string[]) => typed(['db', ...argv], { cwd, env }),
    rows: async (sql: string) => withConnection(url, session => session.query<Record<string, string>>(sql)),
  }
}

const working = `select pid::text from pg_stat_activity where query like '%pg_sleep%' and query not like '%pg_stat%' and state = 'active'`

test.each<Tool>(['Prisma', 'Drizzle'])(
  '%s: its command applies what is missing behind the gate, two at once take turns',
  async tool => {
    const { migration, db, rows } = await opened(tool)
    await migration('create table notes (body text, title text)')
    await migration("select pg_sleep(1); insert into notes (body) values ('once')")
    const both = await Promise.all([db('apply'), db('apply')])
    expect(both.map(({ code, err }) => [code, code === 0 ? '' : err])).toEqual([
      [0, ''],
      [0, ''],
    ])
    expect(await rows('select body from notes')).toEqual([{ body: 'once' }])
    expect((await db('apply')).out).toContain('nothing was to apply')
    await migration('alter table notes drop column title')
    expect(await db('apply')).toMatchObject({ code: 1, err: expect.stringContaining('drops column notes.title') })
    expect(await db('apply', '--yes')).toMatchObject({ code: 0 })
    expect((await db('status')).code).toBe(0)
  },
  600_000,
)

test.each<Tool>(['Prisma', 'Drizzle'])(
  '%s: a migration that fails is told in the words of the tool, and what it left',
  async tool => {
    const { migration, db, cwd, env } = await opened(tool)
    await migration('create table notes (body text)')
    await migration('insert into nowhere values (1)')
    const failed = await db('apply')
    expect(failed).toMatchObject({ code: 1, err: expect.stringContaining('MIGRATION_FAILED') })
    // drizzle-kit says nothing of why.
    if (tool === 'Prisma') expect(failed.err).toContain('No such table: nowhere')
    await migration('create table more (body text)', 2)
    if (tool === 'Prisma') {
      expect(await db('apply')).toMatchObject({
        code: 1,
        err: expect.stringContaining('migrate resolve --rolled-back'),
      })
      const words = ['migrate', 'resolve', '--rolled-back', '20260102000000_m']
      await promisify(execFile)(join(folder, 'node_modules/.bin/prisma'), words, { cwd, env })
    }
    const again = await db('apply')
    expect([again.code, again.code === 0 ? '' : again.err]).toEqual([0, ''])
  },
  600_000,
)

test.each<Tool>(['Prisma', 'Drizzle'])(
  '%s: killed half-way, alone and with its command, nothing is applied twice',
  async tool => {
    const { migration, db, rows, cwd, env } = await opened(tool)
    await migration("create table notes (body text); select pg_sleep(4); insert into notes values ('once')")
    const begin = () =>
      spawn(process.execPath, [main, 'db', 'apply'], {
        cwd,
        env: { ...process.env, ...env },
        detached: true,
        stdio: 'ignore',
      })
    const alone = begin()
    await expect.poll(() => rows(working), { timeout: 120_000 }).toHaveLength(1)
    alone.kill('SIGKILL')
    await once(alone, 'close')
    // The tool goes on, and whoever comes waits for it; or it ends at its broken pipe, and everything is taken back.
    const next = await db('apply')
    expect([next.code, next.code === 0 ? '' : next.err]).toEqual([0, ''])
    expect(await rows('select body from notes')).toEqual([{ body: 'once' }])

    await migration("select pg_sleep(3); insert into notes values ('second')")
    const whole = begin()
    await expect.poll(() => rows(working), { timeout: 120_000 }).toHaveLength(1)
    process.kill(-Number(whole.pid), 'SIGKILL')
    await once(whole, 'close')
    await expect.poll(() => rows(working)).toEqual([])
    const after = await db('apply')
    if (tool === 'Drizzle') expect([after.code, after.code === 0 ? '' : after.err]).toEqual([0, ''])
    // Prisma works outside of a transaction: what became of it only a person can tell.
    else
      expect(after).toMatchObject({
        code: 1,
        err: expect.stringContaining('20260102000000_m: begun before and not ended'),
      })
  },
  600_000,
)
