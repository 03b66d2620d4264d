import { type ActedIssue, GantryError, type Issue, type IssueLifeStore } from '@gantry/core'
import type { Kysely } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { changeIssues } from './change-issues.ts'
import { actsOf, partsShown } from './issue-acts.ts'
import { noteActs, raiseVersions, rowsOf, takingTurn } from './life-rows.ts'
import { areParted, mergeIssues, splitIssue } from './move-parts.ts'
import { nameByKey } from './name-by-key.ts'
import { undoAct, undoMany } from './undo-acts.ts'
import { nextWake, tellTurns, toldSince, untoldTurns, wakeMuted } from './untold-turns.ts'
import { wholeIssues } from './whole-issue.ts'

export function issueLifeStore(database: Database): IssueLifeStore {
  const db = database.kysely
  return {
    change: (project, ids, request, who, version) =>
      takingTurn(database, project, async transaction => {
        const once = [...new Set(ids)]
        const acts = await changeIssues(transaction, { project, ids: once, request, who, version })
        return (await shown(transaction, project, once)).map(issue => acted(issue, acts.get(issue.id)))
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
        if (moved.length === 0) return { ...(await one(transaction, project, into)), act: null }
        const acts = await noteActs(transaction, project, [{ id: into, kind: 'merged', at: who.at, body }])
        await raiseVersions(transaction, [into, ...moved.map(({ id }) => id)])
        return acted(await one(transaction, project, into), acts.get(into))
      }),
    nameByKey: (project, id, name) =>
      takingTurn(database, project, transaction => nameByKey(transaction, project, id, name)),
    areParted: (project, one, other) => areParted(db, project, one, other),
    split: (project, id, parts, who) =>
      takingTurn(database, project, async transaction => {
        const { moved, numbers, begun } = await splitIssue(transaction, project, id, parts)
        const body = { by: who.by, text: who.text, moved, issues: numbers }
        const acts = await noteActs(transaction, project, [{ id, kind: 'split', at: who.at, body }])
        await raiseVersions(transaction, [id, ...moved.map(part => part.id)])
        return acted(await one(transaction, project, begun), acts.get(id))
      }),
    undo: (project, id, act, who) =>
      takingTurn(database, project, async transaction => {
        await undoAct(transaction, project, id, act, who)
        return one(transaction, project, id)
      }),
    undoMany: (project, acts, who) =>
      takingTurn(database, project, async transaction => {
        const { undone, changedSince } = await undoMany(transaction, project, [...new Set(acts)], who)
        return { undone: await shown(transaction, project, undone), changedSince }
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

const acted = (issue: Issue, act: string | undefined): ActedIssue => ({ ...issue, act: act ?? null })

const shown = async (db: Kysely<Schema>, project: string, ids: readonly string[]): Promise<Issue[]> =>
  wholeIssues(db, await rowsOf(db, project, ids))

async function one(db: Kysely<Schema>, project: string, id: string): Promise<Issue> {
  const [row] = await rowsOf(db, project, [id])
  // Taking back a split can end the issue it was asked of.
  const [issue] = await shown(db, project, [row?.part_of ?? id])
  if (issue) return issue
  throw new GantryError('NOT_FOUND', `no issue ${id} in ${project}`)
}
