import { withConnection } from '@gantry/migrations'
import { lostAnswer, openSupabaseFake, type SupabaseFake } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { nativePostgres } from '../../testing/native-postgres.ts'
import { tinyConfig } from '../../testing/tiny-product.ts'
import { bindServices } from '../bound-service.ts'
import { command, supabase } from '../settings.ts'
import { vendorName } from '../unique-name.ts'
import { databaseFacts, databaseMigration, databaseStepContext } from './testing/database-step.ts'

let postgres: Awaited<ReturnType<typeof nativePostgres>>
let fake: SupabaseFake
beforeAll(async () => {
  postgres = await nativePostgres()
  const { hostname: host, port, username: user } = new URL(postgres.url)
  const query = (sql: string) => withConnection(postgres.url, session => session.query(sql))
  fake = await openSupabaseFake({
    // That server trusts whoever is on this machine; what matters is that it reaches it whole.
    ...{ host, port: Number(port), user, password: 'p/w#%?@' },
    make: async name => void (await query(`create database "${name}"`)),
    drop: async name => void (await query(`drop database "${name}" with (force)`)),
  })
})
afterEach(async () => {
  expect([fake.oddities, fake.unmet()]).toEqual([[], []])
  fake.reset()
})
afterAll(async () => {
  await fake[Symbol.asyncDispose]()
  await postgres.stop()
})

const name = vendorName({ project: 'tiny', service: 'database', environment: 'pr-12' })

async function opened(env: Record<string, string> = {}) {
  const { context } = databaseStepContext({ SUPABASE_ACCESS_TOKEN: fake.token, SUPABASE_API_URL: fake.url, ...env })
  const services = {
    database: { path: '.', deploy: supabase({ branchesOf: fake.project }) },
    web: { path: '.', deploy: command({ deploy: 'echo "$SUPABASE_URL"; exit 7', verify: 'true', undo: 'true' }) },
  }
  const bound = await bindServices(tinyConfig({ services }))
  const [database, web] = ['database', 'web'].map(name => bound.find(each => each.name === name))
  if (!database || !web) throw new Error('it has both')
  const facts = databaseFacts([databaseMigration('1', 'create table own (id int)')], 'deploy', 'pr-12')
  const perform = (id: string) => {
    const step = [...database.plan(facts), ...database.removal(facts)].find(each => each.id === `database.${id}`)
    if (!step) throw new Error(`no step ${id}`)
    return database.perform(step, facts, context)
  }
  return { database, web, facts, context, perform }
}

test('a preview has a branch that is waited for, migrated, and what others need to reach it; it goes with the preview', async () => {
  const { database, web, facts, context, perform } = await opened()
  expect(database.plan(facts).map(({ id, phase }) => [id, phase])).toEqual([
    ['database.branch', 'prepare'],
    ['database.migrate', 'migrate'],
  ])
  // Nobody takes the address of the job for that of a preview whose branch is not there yet.
  expect(await database.previewEnv(facts, context)).toEqual({ DATABASE_URL: '' })
  expect(await perform('branch')).toMatchObject({ ok: true, detail: `the branch ${name} is there` })
  expect(await perform('branch')).toMatchObject({ ok: true })
  expect(fake.branches.map(branch => [branch.name, branch.status])).toEqual([[name, 'FUNCTIONS_DEPLOYED']])
  expect(await perform('migrate')).toMatchObject({ ok: true, detail: 'applied 1' })
  const ref = fake.branches[0]?.ref ?? ''
  const { DATABASE_URL: own = '', ...others } = await database.previewEnv(facts, context)
  expect(decodeURIComponent(new URL(own).password)).toBe('p/w#%?@')
  expect(others).toEqual({
    SUPABASE_URL: `https://${ref}.supabase.co`,
    SUPABASE_ANON_KEY: `anon of ${ref}`,
    SUPABASE_SERVICE_ROLE_KEY: `service of ${ref}`,
    SUPABASE_PUBLISHABLE_KEY: `publishable of ${ref}`,
  })
  expect(await withConnection(own, session => session.query('select 1 from own'))).toEqual([])
  expect(await database.live(facts, context)).toMatchObject({ detail: 'the schema is at 1' })
  const [deploy] = web.plan(facts)
  expect(deploy && (await web.perform(deploy, facts, context))).toMatchObject({
    ...{ ok: false, lines: expect.arrayContaining([others.SUPABASE_URL]) },
  })
  expect(await perform('remove')).toMatchObject({ ok: true, detail: `the branch ${name} is deleted` })
  expect(await perform('remove')).toMatchObject({ ok: true, detail: `there is no branch ${name}` })
  expect(fake.branches).toEqual([])
})

test('an answer that was lost makes no second branch, and leaves none behind', async () => {
  const { perform } = await opened()
  fake.inject('POST /projects/{ref}/branches', lostAnswer())
  expect(await perform('branch')).toMatchObject({ ok: true })
  expect(fake.branches).toHaveLength(1)
  fake.inject('DELETE /branches/{branch_id_or_ref}', lostAnswer())
  expect(await perform('remove')).toMatchObject({ ok: true })
  expect(fake.branches).toEqual([])
})

test('what Supabase refuses, and a token that is missing, is the outcome of the step in words', async () => {
  fake.hasBranching = false
  expect(await (await opened()).perform('branch')).toMatchObject({
    ok: false,
    why: expect.stringContaining('Preview branching is not enabled for this project'),
  })
  fake.hasBranching = true
  fake.coming = ['CREATING_PROJECT', 'MIGRATIONS_FAILED']
  expect(await (await opened()).perform('branch')).toMatchObject({
    ok: false,
    why: `Supabase could not make the branch ${name}: MIGRATIONS_FAILED`,
  })
  const { perform, database, facts, context } = await opened({ SUPABASE_ACCESS_TOKEN: '' })
  expect(await perform('branch')).toMatchObject({ ok: false, why: 'the job of pr-12 has no SUPABASE_ACCESS_TOKEN' })
  expect(await database.previewEnv(facts, context)).toEqual({ DATABASE_URL: '' })
})
