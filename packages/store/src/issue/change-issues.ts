import {
  type ByWhom,
  changeLife,
  GantryError,
  type IssueActKind,
  isNewerRelease,
  isSameLife,
  type LifeChange,
  type LifeRequest,
} from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import { movedOn } from '../database/moved-on.ts'
import type { Schema } from '../database/schema.ts'
import { lifeOf, noteActs, rowsOf, saveLives } from './life-rows.ts'
import { releaseAges } from './turn-issues.ts'
import { type IssueRow, wholeIssues } from './whole-issue.ts'

interface Asked {
  project: string
  ids: readonly string[]
  request: LifeRequest
  who: ByWhom
  version: number | undefined
}

/** Answers the act of each issue that is otherwise by now. */
export async function changeIssues(
  db: Kysely<Schema>,
  { project, ids, request, who, version }: Asked,
): Promise<ReadonlyMap<string, string>> {
  const rows = await rowsOf(db, project, ids)
  for (const row of rows) {
    if (version !== undefined && row.version !== version) throw movedOn('issue', row.number, version)
    if (row.part_of !== null)
      throw new GantryError('ISSUE_MERGED', `issue ${row.number} is part of another issue`, { issue: row.number })
  }
  const changeOf = await changing(db, project, rows, request, who.at)
  const changed = rows.flatMap(row => {
    const before = lifeOf(row)
    const after = changeLife(before, changeOf(row))
    return isSameLife(before, after) ? [] : [{ id: row.id, life: after, change: { before, after } }]
  })
  if (changed.length === 0) return new Map()
  await saveLives(db, changed)
  const { by, at, text } = who
  return noteActs(
    db,
    project,
    changed.map(({ id, change }) => ({ id, kind: actKinds[request.to], at, body: { by, text, change } })),
  )
}

const actKinds: Record<LifeRequest['to'], IssueActKind> = {
  open: 'reopened',
  resolved: 'resolved',
  muted: 'muted',
  archived: 'archived',
  assigned: 'assigned',
}

/** Fills in what the request leaves to the store: the newest release, and how many events there are. */
async function changing(
  db: Kysely<Schema>,
  project: string,
  rows: IssueRow[],
  request: LifeRequest,
  at: string,
): Promise<(row: IssueRow) => LifeChange> {
  if (request.to === 'resolved') {
    const named = request.how === 'in-release' ? request.release : null
    const release = named ?? (await newestRelease(db, project))
    if (release === null && request.how !== 'now')
      throw new GantryError('BAD_REQUEST', 'no release is known yet: resolve it now, or name one')
    return () => ({ to: 'resolved', resolution: { at, how: request.how, release } })
  }
  if (request.to === 'muted') {
    const { until, moreEvents, rate } = request
    if (moreEvents === null) return () => ({ to: 'muted', mute: { until, events: null, rate } })
    const events = new Map((await wholeIssues(db, rows)).map(issue => [issue.id, issue.events]))
    return row => ({ to: 'muted', mute: { until, events: (events.get(row.id) ?? row.events) + moreEvents, rate } })
  }
  return () => request
}

/** Of those that were built here, or else that events came from. */
async function newestRelease(db: Kysely<Schema>, project: string): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`
    (select id as name from gantry.releases where project = ${project} order by created_at desc limit 1)
    union (select release from gantry.issue_releases where project = ${project}
      group by release order by min(first_at) desc, release desc limit 1000)`.execute(db)
  const names = rows.map(({ name }) => ({ project, name }))
  const ages = [...(await releaseAges(db, names)).values()]
  const built = ages.filter(({ madeAt }) => madeAt !== null)
  const [first, ...rest] = built.length > 0 ? built : ages
  return first ? rest.reduce((newest, age) => (isNewerRelease(age, newest) ? age : newest), first).name : null
}
