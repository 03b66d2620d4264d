import { expect, test } from 'vitest'
import { dryRun } from './dry-run.ts'

const script = (version: string, sql: string) => ({ version, name: 'm', sql })

test('what Postgres refuses is told with its code and place, on a copy of the schema as Supabase makes it', async () => {
  const before = [
    script('1', 'create extension if not exists pgcrypto with schema extensions; create extension pg_net;'),
    script(
      '2',
      'create table sites (id int, owner uuid references auth.users, key uuid default extensions.gen_random_uuid())',
    ),
    script('3', 'create policy own on sites to authenticated using (owner = auth.uid())'),
  ]
  const pending = [
    script('4', 'alter table sites add column slug text;\ncreate index concurrently sites_slug on sites (slug)'),
    script('5', '-- a typo\nupdate sites\n  set slugg = 1'),
  ]
  expect(await dryRun(before, pending, { isSupabase: true })).toEqual({
    ...{ state: 'failed', migration: '5_m.sql', line: 3, column: 7, sqlState: '42703' },
    message: 'column "slugg" of relation "sites" does not exist',
  })
})

test('what passes is named; what needs an extension that is not here is not called wrong', async () => {
  expect(await dryRun([], [script('1', 'create table a (id int)')], { isSupabase: false })).toEqual({
    ...{ state: 'passed', applied: ['1_m.sql'] },
  })
  const scheduled = script('2', "create extension pg_cron;\nselect cron.schedule('a', '* * * * *', 'select 1')")
  expect(await dryRun([], [scheduled], { isSupabase: true })).toMatchObject({
    ...{
      state: 'untried',
      why: expect.stringMatching(/^2_m\.sql:2: function cron\.schedule.*\(PGlite has no pg_cron\)$/),
    },
  })
})

test('nothing to apply is nothing to try', async () => {
  expect(await dryRun([], [], { isSupabase: true })).toEqual({ state: 'passed', applied: [] })
})
