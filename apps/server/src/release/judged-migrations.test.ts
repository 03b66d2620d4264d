import { judgeGates, pendingMigrations, schemaFits } from '@gantry/core'
import { expect, test } from 'vitest'
import { judgedMigrations } from './judged-migrations.ts'

const sites = {
  version: '1',
  name: 'sites',
  sql: 'create table sites (id int, title text); create index on sites (id)',
}
const moment = { release: { id: 'b' }, environment: 'production', now: '2026-11-27T12:00:00.000Z' }

/** What the gate says of a release with one more migration than the one that serves. */
async function gateOf(sql: string) {
  const [former, release] = [
    await judgedMigrations([sites]),
    await judgedMigrations([sites, { version: '2', name: 'm', sql }]),
  ]
  const pending = pendingMigrations(release, former)
  const [result] = judgeGates([{ gate: 'migrationsSafe' }], { migrations: { pending, isFirst: false } }, moment)
  return { result, back: schemaFits(former, release) }
}

test('a promotion waits for a migration that breaks what serves, and is told the statement and the other form', async () => {
  const { result, back } = await gateOf('select 1;\n-- shorter\nalter table sites rename title to name')
  expect(result).toMatchObject({
    ...{ state: 'unmet', detail: '2_m, line 3: renames column sites.title to name' },
    next: expect.stringContaining('alter table sites add column name'),
  })
  expect(back).toMatchObject({ fits: false, detail: expect.stringContaining('2_m renames column sites.title to name') })
})

test('one that only adds lets it pass, keeps the way back, and costs no room', async () => {
  const { result, back } = await gateOf('alter table sites add column slug text')
  expect(result).toMatchObject({ state: 'met' })
  expect(back).toMatchObject({ fits: true, unknown: [{ effect: 'expand', verdicts: [] }] })
})

test('one that a person accepted lets it pass, and says by whose word', async () => {
  const { result } = await gateOf('-- gantry:safe nobody reads titles\nalter table sites drop column title')
  expect(result).toMatchObject({ state: 'met', detail: expect.stringContaining('(accepted: nobody reads titles)') })
})
