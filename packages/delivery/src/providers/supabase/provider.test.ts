import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeploymentFacts } from '@gantry/core'
import { withConnection } from '@gantry/migrations'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nativePostgres } from '../../testing/native-postgres.ts'
import { tinyConfig } from '../../testing/tiny-product.ts'
import { bindServices } from '../bound-service.ts'
import { supabase } from '../settings.ts'
import { checkVendor } from '../vendor/check-vendor.ts'
import { vendor } from './assumptions.ts'
import {
  databaseStepContext,
  databaseFacts as factsOf,
  databaseMigration as migration,
} from './testing/database-step.ts'

let postgres: Awaited<ReturnType<typeof nativePostgres>>
beforeAll(async () => {
  postgres = await nativePostgres()
})
afterAll(() => postgres.stop())

const first = migration('1', 'create table a (id int);\ncreate index on a (id)')

async function opened(
  env: Record<string, string> = { DATABASE_URL: postgres.url },
  settings: Parameters<typeof supabase>[0] = {},
) {
  const { log, ending, context } = databaseStepContext(env)
  const [service] = await bindServices(
    tinyConfig({ services: { database: { path: '.', deploy: supabase(settings) } } }),
  )
  if (!service) throw new Error('there is one')
  const perform = (facts: DeploymentFacts) => {
    const [step] = service.plan(facts)
    if (!step) throw new Error('there is one')
    return service.perform(step, facts, context)
  }
  return { log, ending, context, service, perform }
}

test('a release brings its migrations once; a rollback leaves what is there, and says where the schema is', async () => {
  const { service, perform, context, log } = await opened()
  const facts = factsOf([first])
  expect(service).toMatchObject({ runsIn: 'job', isStateful: true, migrations: 'supabase/migrations' })
  expect(await perform(facts)).toEqual({ ok: true, detail: 'applied 1', answer: { applied: ['1'] } })
  expect(log).toEqual(['database: 1_m.sql, statement 1 of 2', 'database: 1_m.sql, statement 2 of 2'])
  expect(await perform(facts)).toMatchObject({ ok: true, detail: 'nothing to apply' })
  expect(service.plan(factsOf([], 'rollback'))).toEqual([])
  expect(await service.live(facts, context)).toEqual({ release: null, detail: 'the schema is at 1' })
  expect(await service.verify(facts, context)).toMatchObject({ ok: true })
})

test('a preview has a database of its own beside the one of the address, which goes with whoever is connected to it', async () => {
  const { service, perform, context } = await opened()
  const facts = factsOf([migration('1', 'create table own_of_preview (id int)')], 'deploy', 'pr-12')
  expect(await perform(facts)).toMatchObject({ ok: true, detail: 'applied 1' })
  expect(await perform(facts)).toMatchObject({ ok: true, detail: 'nothing to apply' })
  expect(await service.live(facts, context)).toMatchObject({ detail: 'the schema is at 1' })
  // What the other services of the preview have in the place of the address of the job.
  const { DATABASE_URL: own = '' } = await service.previewEnv(facts, context)
  const tables = (url: string) =>
    withConnection(url, session => session.query("select 1 from pg_tables where tablename = 'own_of_preview'"))
  expect([(await tables(own)).length, (await tables(postgres.url)).length]).toEqual([1, 0])

  const [step] = service.removal(facts)
  if (!step) throw new Error('it has one')
  const still = withConnection(own, session => session.query('select pg_sleep(600)')).catch(String)
  expect(await service.perform(step, facts, context)).toMatchObject({ ok: true })
  expect(await still).not.toEqual([])
  await expect(tables(own)).rejects.toThrow(/does not exist/)
  expect(await service.perform(step, facts, context)).toMatchObject({ ok: true })
  // Not even where somebody made a mistake.
  expect(await service.perform(step, factsOf([]), context)).toMatchObject({
    ok: false,
    why: expect.stringContaining('never dropped'),
  })
})

test.each([
  'postgresql://u:p@/shop?host=/cloudsql/x',
  'postgresql:shop',
  'socket:/tmp?db=shop',
  'postgresql://u@h/x?dbname=shop',
])('a preview never works in the database of %s, beside which it can have none', async address => {
  const { service, perform, context } = await opened({ DATABASE_URL: address })
  const facts = factsOf([first], 'deploy', 'pr-12')
  expect(await perform(facts)).toMatchObject({ ok: false, why: expect.stringContaining('DATABASE_URL has to be') })
  expect(await service.previewEnv(facts, context)).toEqual({ DATABASE_URL: '' })
})

test('what Postgres refuses, and a variable that the job does not have, is the outcome of the step', async () => {
  const broken = factsOf([first, migration('2', '-- why\nselect nothing from nowhere')])
  expect(await (await opened()).perform(broken)).toMatchObject({
    ok: false,
    why: expect.stringMatching(/^MIGRATION_FAILED: 2_m\.sql:2:21: relation "nowhere" does not exist/),
  })
  const { perform, service, context } = await opened({})
  expect(await perform(broken)).toMatchObject({ ok: false, why: 'the job of staging has no DATABASE_URL' })
  expect(await service.live(broken, context)).toEqual({ release: null, detail: 'it did not answer' })
})

test('a step that is given up cancels the statement that works, and nothing of it stays', async () => {
  const { perform, ending, log, service } = await opened()
  const facts = factsOf([first, migration('3', 'create table left_over (id int); select pg_sleep(600)')])
  const going = perform(facts)
  await expect.poll(() => log).toContain('database: 3_m.sql, statement 2 of 2')
  ending.abort()
  expect(await going).toMatchObject({
    ok: false,
    why: expect.stringContaining('canceling statement due to user request'),
  })
  const other = await opened()
  expect(await service.live(factsOf([]), other.context)).toMatchObject({ detail: 'the schema is at 1' })
})

test('one that was edited since it was applied, and one that the release does not have, stop it before anything is done', async () => {
  const next = migration('4', 'create table b ()')
  const { perform, service, context } = await opened()
  const edited = { ...migration('1', 'create table a (id bigint)'), name: 'other' }
  expect(await perform(factsOf([edited, migration('0', 'create table early ()')]))).toMatchObject({
    ok: false,
    why: expect.stringContaining('MIGRATION_CHANGED: 1_other (as 1_m): applied before and edited since'),
  })
  expect(await perform(factsOf([next]))).toMatchObject({
    ok: false,
    why: expect.stringContaining('MIGRATION_DRIFT: the database has 1_m, which are not here'),
  })
  expect(await service.live(factsOf([]), context)).toMatchObject({ detail: 'the schema is at 1' })
  const ignoring = await opened(undefined, { ignoreRemote: true })
  expect(await ignoring.perform(factsOf([next]))).toMatchObject({ ok: true, detail: 'applied 4' })
})

test('what is taken for true of the database is looked up by reading, and named where it differs', async () => {
  const states = async (env?: Record<string, string>) => {
    const { context } = await opened(env)
    const checked = await checkVendor(vendor, context, { settings: supabase(), environment: 'staging' })
    return Object.fromEntries(checked.map(({ id, state }) => [id.replace('supabase-', ''), state]))
  }
  const here = {
    ...{ history: 'holds', rights: 'holds', encryption: 'differs', 'session-pooler': 'holds', diff: 'by-hand' },
    ...{ 'own-database': 'holds', branches: 'by-hand' },
  }
  expect(await states()).toEqual(here)
  expect(await states({})).toMatchObject({ history: 'unknown', rights: 'unknown' })
})

test("migrations of Prisma and Drizzle are applied by the repository's own command, and what it says is looked up", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-own-tool-'))
  await withConnection(postgres.url, session => session.query('create database own'))
  const url = Object.assign(new URL(postgres.url), { pathname: '/own' }).href
  // Stands for the tool: what it writes is written by this test meanwhile.
  const command = `echo "$DATABASE_URL"; until test -e "${folder}/done"; do sleep 0.02; done; exit $(cat "${folder}/done")`
  const settings = { tool: 'drizzle', migrations: 'drizzle', command } as const
  const release = factsOf([migration('0', 'create table a ()')])
  const during = async (sql: string, code: number) => {
    await rm(join(folder, 'done'), { force: true })
    const { perform, log } = await opened({ DATABASE_URL: url }, settings)
    const going = perform(release)
    await expect.poll(() => log).toContain(`database: ${url}`)
    await withConnection(url, session => session.query(sql))
    await writeFile(join(folder, 'code'), `${code}`)
    await rename(join(folder, 'code'), join(folder, 'done'))
    return going
  }
  expect(await during('select 1', 3)).toMatchObject({
    ok: false,
    why: expect.stringMatching(/^MIGRATION_FAILED: echo .* exited with code 3$/s),
    lines: [url],
  })
  expect(await during('select 1', 0)).toMatchObject({
    why: 'MIGRATION_FAILED: the command ended well, and the database has no 0_m',
  })
  const noted = `create schema if not exists drizzle; create table drizzle.__drizzle_migrations (id serial, hash text, created_at bigint);
    insert into drizzle.__drizzle_migrations (hash, created_at) values (encode(sha256('create table a ()'), 'hex'), 1)`
  expect(await during(noted, 0)).toMatchObject({ ok: true, detail: 'applied 0' })
  const { perform, service, context, log } = await opened({ DATABASE_URL: url }, settings)
  expect(await perform(release)).toMatchObject({ ok: true, detail: 'nothing to apply' })
  expect(log).toEqual([])
  expect(await service.live(release, context)).toMatchObject({ detail: 'the schema is at 0' })
  await rm(folder, { recursive: true })
})

test('a tool without its command is refused when the config is read', async () => {
  await expect(opened(undefined, { tool: 'prisma' })).rejects.toThrow(/the command that applies them/)
  await expect(opened(undefined, { command: 'pnpm migrate' })).rejects.toThrow(/the command that applies them/)
})
