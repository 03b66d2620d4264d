import { endOfMute, type ImportMark, type Issue } from '@gantry/core'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { IssueTable, Schema } from '../database/schema.ts'

export type IssueRow = Selectable<IssueTable>

/** Issues as people see them: each with what its parts add to it, in the order of the rows. */
export async function wholeIssues(db: Kysely<Schema>, roots: IssueRow[]): Promise<Issue[]> {
  if (roots.length === 0) return []
  const ids = roots.map(({ id }) => id)
  const rows = await db
    .selectFrom('gantry.issues')
    .selectAll()
    .where('part_of', '=', sql<string>`any(${ids}::text[])`)
    .execute()
  const parts = Map.groupBy(rows, ({ part_of }) => part_of ?? '')
  const people = await peopleOf(db, [...parts.keys()])
  const marks = await marksOf(
    db,
    [...roots, ...rows].map(({ id }) => id),
  )
  return roots.map(root => whole(root, parts.get(root.id) ?? [], { met: people.get(root.id) ?? 0, marks }))
}

/** Somebody whom two parts met is one person. */
async function peopleOf(db: Kysely<Schema>, ids: string[]): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; people: number }>`
    select coalesce(issues.part_of, issues.id) as id, count(distinct person_hash) as people
    from gantry.issues join gantry.issue_people as met on met.issue_id = issues.id
    where issues.id = any(${ids}::text[]) or issues.part_of = any(${ids}::text[]) group by 1`.execute(db)
  return new Map(rows.map(({ id, people }) => [id, people]))
}

type Marks = ReadonlyMap<string, { people: number; mark: ImportMark }[]>

/** By the row that counts it. */
async function marksOf(db: Kysely<Schema>, ids: string[]): Promise<Marks> {
  const brought = db
    .selectFrom('gantry.imported_issues')
    .selectAll()
    .where('issue_id', '=', sql<string>`any(${ids}::text[])`)
  const rows = await brought.orderBy('at').orderBy('source_id').execute()
  const marks = rows.map(({ import_id, service, source_id, short_id, url, at, people, issue_id }) => ({
    ...{ people, issueId: issue_id },
    mark: { import: import_id, service, id: source_id, shortId: short_id, url, at },
  }))
  return Map.groupBy(marks, ({ issueId }) => issueId)
}

function whole(root: IssueRow, parts: IssueRow[], { met, marks }: { met: number; marks: Marks }): Issue {
  const rows = [root, ...parts]
  const brought = rows.flatMap(({ id }) => marks.get(id) ?? [])
  const byFirst = rows.toSorted((a, b) => Date.parse(a.first_seen) - Date.parse(b.first_seen))
  const byLast = rows.toSorted((a, b) => Date.parse(b.last_seen) - Date.parse(a.last_seen))
  return {
    id: root.id,
    project: root.project,
    number: root.number,
    title: root.title,
    culprit: root.culprit,
    level: byLast[0]?.level ?? root.level,
    service: root.service,
    environments: [...new Set(rows.flatMap(({ environments }) => environments))].sort(),
    firstSeen: byFirst[0]?.first_seen ?? root.first_seen,
    lastSeen: byLast[0]?.last_seen ?? root.last_seen,
    firstRelease: firstKnown(byFirst.map(({ first_release }) => first_release)),
    lastRelease: firstKnown(byLast.map(({ last_release }) => last_release)),
    events: rows.reduce((sum, { events }) => sum + events, 0),
    people: parts.length === 0 ? root.people : brought.reduce((sum, { people }) => sum + people, met),
    grouping: root.grouping,
    state: root.state,
    resolution: root.resolution,
    mute: endOfMute(root.mute),
    regressedAt: root.regressed_at,
    assignee: root.assignee,
    parts: rows.length,
    imported: brought.map(({ mark }) => mark),
    version: root.version,
  }
}

const firstKnown = (releases: (string | null)[]): string | null => releases.find(release => release !== null) ?? null
