import { type ByWhom, GantryError, type Issue, type IssueLifeStore } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { changeIssues, undoChange } from './change-issues.ts'
import { actsOf, partsShown } from './issue-acts.ts'
import { noteActs, rowsOf, takingTurn } from './life-rows.ts'
import { mergeIssues, putBack, splitIssue } from './move-parts.ts'
import { nameByKey } from './name-by-key.ts'
import { nextWake, tellTurns, toldSince, untoldTurns, wakeMuted } from './untold-turns.ts'
import { wholeIssues } from './whole-issue.ts'

export function issueLifeStore(database: Database): IssueLifeStore {
  const db = database.kysely
  return {
    change: (project, ids, request, who, version) =>
      takingTurn(database, project, async transaction => {
        await changeIssues(transaction, { project, ids: [...new Set(ids)], request, who, version })
        return shown(transaction, project, [...new Set(ids)])
      }),
    comment: (project, id, { by, at, text }) =>
      takingTurn(database, project, async transaction => {
        await rowsOf(transaction, project, [id])
        await noteActs(transaction, project, [{ id, kind: 'commented', at, body: { by, text } }])
      }),
    merge: (project, into, from, who) =>
      takingTurn(database, project, async transaction => {
        const { moved, numbers } = await mergeIssues(transaction, project, into, from)
        const body = { by: who.by, text: who.text, moved, issues: numbers }
        // What is merged already needs no second act.
        if (moved.length > 0) await noteActs(transaction, project, [{ id: into, kind: 'merged', at: who.at, body }])
        await raiseVersions(transaction, [into, ...moved.map(({ id }) => id)])
        return one(transaction, project, into)
      }),
    nameByKey: (project, id, name) =>
      takingTurn(database, project, transaction => nameByKey(transaction, project, id, name)),
    split: (project, id, parts, who) =>
      takingTurn(database, project, async transaction => {
        const { moved, numbers, begun } = await splitIssue(transaction, project, id, parts)
        const body = { by: who.by, text: who.text, moved, issues: numbers }
        await noteActs(transaction, project, [{ id, kind: 'split', at: who.at, body }])
        await raiseVersions(transaction, [id, ...moved.map(part => part.id)])
        return one(transaction, project, begun)
      }),
    undo: (project, id, act, who) =>
      takingTurn(database, project, async transaction => {
        await undo(transaction, project, id, act, who)
        return one(transaction, project, id)
      }),
    acts: (project, id) => actsOf(db, project, id),
    parts: (project, id) => partsShown(db, project, id),
    wake: (project, now) => takingTurn(database, project, transaction => wakeMuted(transaction, project, now)),
    nextWake: project => nextWake(db, project),
    untold: (project, limit) => untoldTurns(db, project, limit),
    toldSince: (project, since) => toldSince(db, project, since),
    tell: (project, turns, notices) =>
      database.transaction(transaction => tellTurns(transaction, project, turns, notices)),
  }
}

async function undo(db: Kysely<Schema>, project: string, issueId: string, actId: string, who: ByWhom): Promise<void> {
  const acts = db.selectFrom('gantry.issue_acts').selectAll().where('project', '=', project)
  const isNumber = /^\d{1,15}$/.test(actId)
  const act = isNumber
    ? await acts.where('id', '=', Number(actId)).where('issue_id', '=', issueId).executeTakeFirst()
    : undefined
  const { moved, change } = act?.body ?? {}
  if (!act || (!moved && !change))
    throw new GantryError('NOT_FOUND', `nothing of issue ${issueId} is undone by ${actId}`)
  if (act.undone) throw new GantryError('CONFLICT', `act ${actId} was undone already`)
  if (moved) {
    await putBack(db, project, moved)
    await raiseVersions(db, [issueId, ...moved.map(({ id }) => id)])
  }
  if (change) await undoChange(db, { project, id: issueId, change })
  const body = { ...act.body, undoneBy: who.by, undoneAt: who.at }
  await db.updateTable('gantry.issue_acts').set({ undone: true, body }).where('id', '=', act.id).execute()
}

/** Who looked at it before has to look again. */
async function raiseVersions(db: Kysely<Schema>, ids: string[]): Promise<void> {
  await sql`update gantry.issues set version = version + 1 where id = any(${ids}::text[])`.execute(db)
}

const shown = async (db: Kysely<Schema>, project: string, ids: readonly string[]): Promise<Issue[]> =>
  wholeIssues(db, await rowsOf(db, project, ids))

async function one(db: Kysely<Schema>, project: string, id: string): Promise<Issue> {
  const [row] = await rowsOf(db, project, [id])
  // Taking back a split can end the issue it was asked of.
  const [issue] = await shown(db, project, [row?.part_of ?? id])
  if (issue) return issue
  throw new GantryError('NOT_FOUND', `no issue ${id} in ${project}`)
}
