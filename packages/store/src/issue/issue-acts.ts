import type { IssueAct, IssuePart } from '@gantry/core'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'
import type { IssueActTable } from './event-tables.ts'
import type { IssueRow } from './whole-issue.ts'

const mostActs = 500

/** Those of its parts too: what was said of an issue is not lost when it is merged. */
export async function actsOf(db: Kysely<Schema>, project: string, id: string): Promise<IssueAct[]> {
  const parts = db
    .selectFrom('gantry.issues')
    .select('id')
    .where('project', '=', project)
    .where(eb => eb.or([eb('id', '=', id), eb('part_of', '=', id)]))
  const rows = await db
    .selectFrom('gantry.issue_acts')
    .selectAll()
    .where('project', '=', project)
    .where('issue_id', 'in', parts)
    // What was said elsewhere comes later, and was said before.
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(mostActs)
    .execute()
  return rows.map(row => actOf(row, id))
}

const actOf = (row: Selectable<IssueActTable>, issueId: string): IssueAct => ({
  id: String(row.id),
  at: row.at,
  kind: row.kind,
  by: row.body.by,
  text: row.body.text,
  isUndone: row.undone,
  canUndo: !row.undone && row.issue_id === issueId && Boolean(row.body.change ?? row.body.moved),
  event: row.body.event ?? null,
  release: row.body.release ?? null,
  change: row.body.change ?? null,
  issues: row.body.issues ?? [],
})

export async function partsShown(db: Kysely<Schema>, project: string, id: string): Promise<IssuePart[]> {
  const { rows } = await sql<IssueRow & { keys: number }>`
    select issues.*, (select count(*) from gantry.issue_keys as keys where keys.issue_id = issues.id) as keys
    from gantry.issues where project = ${project} and (id = ${id} or part_of = ${id})
    order by id = ${id} desc, events desc, number`.execute(db)
  return rows.map(row => ({
    id: row.id,
    number: row.number,
    title: row.title,
    culprit: row.culprit,
    because: row.grouping.because,
    keys: row.keys,
    events: row.events,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    isOwn: row.id === id,
  }))
}
