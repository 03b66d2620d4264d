import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DeployStep } from '@gantry/core'
import { emptyPglite } from '@gantry/migrations/testing'
import { afterAll, expect, test } from 'vitest'
import { migrationsDir } from '../database/database.ts'

const oneLive = '20261127000201'
const files = readdirSync(migrationsDir).toSorted()
const row = (id: string, environment: string, liveAt: string | null, more = {}) => {
  const body = { id, state: 'live', version: 3, ...more }
  return `insert into gantry.deployments values
    ('${id}', 'p', '${environment}', 'r', 'live', '2026-03-01T08:00:00Z', ${liveAt ? `'${liveAt}'` : 'null'}, 3, '${JSON.stringify(body)}')`
}

// What has to be made for the first time takes many seconds on a busy machine.
const withinMs = 120_000
const made = emptyPglite()
afterAll(async () => (await made).close())

test(
  'a database that has two live rows in one environment keeps the one that went live last, and takes no second',
  async () => {
    const database = await made
    const apply = async (which: (version: string) => boolean) => {
      for (const file of files.filter(name => which(name.slice(0, 14)) && name.slice(0, 14) <= '20261127000202'))
        await database.exec(`begin; ${readFileSync(join(migrationsDir, file), 'utf8')}; commit`)
    }
    await apply(version => version < oneLive)
    await database.exec(row('old', 'production', '2026-03-01T09:00:00Z'))
    await database.exec(row('new', 'production', '2026-03-01T10:00:00Z', { verdict: { state: 'worse' } }))
    await database.exec(row('nameless', 'production', null))
    await database.exec(row('other', 'staging', '2026-03-01T09:00:00Z', { verdict: { state: 'healthy' } }))
    await apply(version => version >= oneLive)
    const { rows } = await database.query<{
      id: string
      state: string
      version: number
      body: Record<string, unknown>
    }>('select id, state, version, body from gantry.deployments order by id')
    expect(rows).toMatchObject([
      { id: 'nameless', state: 'superseded', version: 4, body: { state: 'superseded', version: 4 } },
      // Not rolled back by a newer Gantry, days after somebody saw to it.
      {
        id: 'new',
        state: 'live',
        version: 4,
        body: { state: 'live', version: 4, answered: { how: expect.any(String) } },
      },
      { id: 'old', state: 'superseded', version: 4, body: { state: 'superseded', version: 4 } },
      { id: 'other', state: 'live', version: 3 },
    ])
    expect(rows[1]?.body['answered']).toMatchObject({ at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/) })
    expect(rows[3]?.body).not.toHaveProperty('answered')
    await expect(database.exec(row('second', 'staging', '2026-03-01T11:00:00Z'))).rejects.toThrow(
      /deployments_one_live/,
    )
  },
  withinMs,
)

test(
  'steps of before say what they are in open words, in their order, and all else stays',
  async () => {
    const database = await made
    const rest = { service: 'api', summary: 's', status: 'done', startedAt: null, finishedAt: null, detail: null }
    const step = (action: string) => ({ id: `api.${action}`, action, ...rest })
    const actions = ['migrate', 'prepare', 'start', 'health', 'switch', 'retire']
    await database.exec(row('stepped', 'preview', null, { steps: actions.map(step), verdict: null }))
    await database.exec(row('stepless', 'demo', null, { steps: [] }))
    const file = files.find(name => name.endsWith('_open_steps.sql')) ?? ''
    await database.exec(`begin; ${readFileSync(join(migrationsDir, file), 'utf8')}; commit`)
    const { rows } = await database.query<{ id: string; body: { steps: unknown[] } }>(
      "select id, body from gantry.deployments where id like 'step%' order by id",
    )
    expect(rows.map(({ id, body }) => [id, body.steps.length])).toEqual([
      ['stepless', 0],
      ['stepped', 6],
    ])
    const steps = rows[1]?.body.steps.map(each => DeployStep.strict().parse(each)) ?? []
    expect(steps.map(({ id, kind, phase, undoable }) => [id, kind, phase, undoable])).toEqual([
      ['api.migrate', 'migrate', 'migrate', false],
      ['api.prepare', 'prepare', 'prepare', false],
      ['api.start', 'start', 'start', true],
      ['api.health', 'health', 'verify', false],
      ['api.switch', 'switch', 'switch', true],
      ['api.retire', 'retire', 'retire', false],
    ])
    expect(rows[1]?.body).toMatchObject({ id: 'stepped', state: 'live', version: 3, verdict: null })
  },
  withinMs,
)
