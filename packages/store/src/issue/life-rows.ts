import { GantryError, type IssueActKind, type IssueLife } from '@gantry/core'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { storableJson } from '../database/values.ts'
import type { ActBody } from './event-tables.ts'
import type { IssueRow } from './whole-issue.ts'

/** One act, in turn with others and with the batches of events: what is read in it holds until it is written. */
export function takingTurn<T>(
  database: Database,
  project: string,
  act: (transaction: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  return database.transaction(async transaction => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`gantry.issues ${project}`}, 0))`.execute(transaction)
    return act(transaction)
  })
}

/** In the order asked for. @throws GantryError NOT_FOUND for one that is of no or another project */
export async function rowsOf(db: Kysely<Schema>, project: string, ids: readonly string[]): Promise<IssueRow[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('gantry.issues')
    .selectAll()
    .where('project', '=', project)
    .where('id', '=', sql<string>`any(${ids}::text[])`)
    .execute()
  const known = new Map(rows.map(row => [row.id, row]))
  return ids.map(id => {
    const row = known.get(id)
    if (row) return row
    throw new GantryError('NOT_FOUND', `no issue ${id} in ${project}`, { project, id })
  })
}

export const lifeOf = ({ state, resolution, mute, regressed_at, assignee }: IssueRow): IssueLife => ({
  ...{ state, resolution, mute, assignee },
  regressedAt: regressed_at,
})

/** A new version of each. */
export async function saveLives(db: Kysely<Schema>, lives: readonly { id: string; life: IssueLife }[]): Promise<void> {
  const rows = lives.map(({ id, life: { regressedAt, ...life } }) => ({ id, regressed_at: regressedAt, ...life }))
  await sql`
    update gantry.issues set state = changed.state, resolution = changed.resolution, mute = changed.mute,
      regressed_at = changed.regressed_at, assignee = changed.assignee, version = version + 1
    from jsonb_to_recordset(${storableJson(rows)}::jsonb) as changed (id text, state text, resolution jsonb, mute jsonb,
      regressed_at timestamptz, assignee jsonb)
    where issues.id = changed.id`.execute(db)
}

/** Who looked at it before has to look again. */
export async function raiseVersions(db: Kysely<Schema>, ids: string[]): Promise<void> {
  await sql`update gantry.issues set version = version + 1 where id = any(${ids}::text[])`.execute(db)
}

interface NewAct {
  id: string
  kind: IssueActKind
  at: string
  body: ActBody
  /** `waiting`: rules are asked whether somebody is told. */
  told?: 'waiting'
}

/** Answers the ids of the acts, by the issue they are of. */
export async function noteActs(
  db: Kysely<Schema>,
  project: string,
  acts: readonly NewAct[],
): Promise<ReadonlyMap<string, string>> {
  if (acts.length === 0) return new Map()
  const { rows } = await sql<{ id: number; issue_id: string }>`
    insert into gantry.issue_acts (project, issue_id, at, kind, body, told)
    select ${project}, id, at, kind, body, told from jsonb_to_recordset(${storableJson(acts)}::jsonb)
      as added (id text, at timestamptz, kind text, body jsonb, told text)
    returning id, issue_id`.execute(db)
  return new Map(rows.map(({ id, issue_id }) => [issue_id, String(id)]))
}
