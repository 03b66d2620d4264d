import { type ByWhom, GantryError, isSameLife } from '@gantry/core'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { storableJson } from '../database/values.ts'
import type { IssueActTable } from './event-tables.ts'
import { lifeOf, raiseVersions, rowsOf, saveLives } from './life-rows.ts'
import { putBack } from './move-parts.ts'

type ActRow = Selectable<IssueActTable>

/** Takes back one act of an issue. @throws GantryError CONFLICT when somebody, or an event, changed the same since */
export async function undoAct(
  db: Kysely<Schema>,
  project: string,
  issueId: string,
  actId: string,
  who: ByWhom,
): Promise<void> {
  const [act] = (await actsBy(db, project, [actId])).filter(({ issue_id }) => issue_id === issueId)
  const { moved, change } = act?.body ?? {}
  if (!act || (!moved && !change))
    throw new GantryError('NOT_FOUND', `nothing of issue ${issueId} is undone by ${actId}`)
  if (act.undone) throw new GantryError('CONFLICT', `act ${actId} was undone already`)
  if (change) return void (await undoMany(db, project, [actId], who))
  if (!moved) return
  await putBack(db, project, moved)
  await raiseVersions(db, [issueId, ...moved.map(({ id }) => id)])
  await markUndone(db, [act], who)
}

/** Puts back what each act changed, unless somebody changed the same since: the issue's counts go on, and stay. */
export async function undoMany(
  db: Kysely<Schema>,
  project: string,
  actIds: readonly string[],
  who: ByWhom,
): Promise<{ undone: string[]; changedSince: number[] }> {
  const acts = await actsBy(db, project, actIds)
  const changes = acts.flatMap(act => (act.body.change ? [{ act, change: act.body.change }] : []))
  if (changes.length < actIds.length)
    throw new GantryError(
      'NOT_FOUND',
      `${actIds.length} acts were named, and ${changes.length} of them changed a state`,
    )
  const rows = await rowsOf(
    db,
    project,
    changes.map(({ act }) => act.issue_id),
  )
  const all = rows.flatMap((row, at) => {
    const of = changes[at]
    return of ? [{ row, ...of }] : []
  })
  const isAsLeft = ({ row, act, change }: (typeof all)[number]) => !act.undone && isSameLife(lifeOf(row), change.after)
  const { back = [], stay = [] } = Object.groupBy(all, one => (isAsLeft(one) ? 'back' : 'stay'))
  if (back.length === 0) {
    const numbers = stay.map(({ row }) => row.number).join(', ')
    throw new GantryError('CONFLICT', `issue ${numbers} was changed again since, by somebody or by an event`)
  }
  await saveLives(
    db,
    back.map(({ row, change }) => ({ id: row.id, life: change.before })),
  )
  await markUndone(
    db,
    back.map(({ act }) => act),
    who,
  )
  return { undone: back.map(({ row }) => row.id), changedSince: stay.map(({ row }) => row.number) }
}

async function actsBy(db: Kysely<Schema>, project: string, ids: readonly string[]): Promise<ActRow[]> {
  const numbers = ids.filter(id => /^\d{1,15}$/.test(id))
  const rows = db.selectFrom('gantry.issue_acts').selectAll().where('project', '=', project)
  return rows.where('id', '=', sql<number>`any(${numbers}::bigint[])`).execute()
}

async function markUndone(db: Kysely<Schema>, acts: readonly ActRow[], { by, at }: ByWhom): Promise<void> {
  const note = storableJson({ undoneBy: by, undoneAt: at })
  await sql`update gantry.issue_acts set undone = true, body = body || ${note}::jsonb
    where id = any(${acts.map(({ id }) => id)}::bigint[])`.execute(db)
}
