import { GantryError, type MovedPart } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { rowsOf } from './life-rows.ts'
import type { IssueRow } from './whole-issue.ts'

/** What an act moved: both sides of every row, so that it is taken back exactly. */
export interface Moved {
  moved: MovedPart[]
  /** Of the issues that ended, or began. */
  numbers: number[]
}

/** The parts of an issue that is merged become parts of the other: nothing is a part of a part. */
export async function mergeIssues(
  db: Kysely<Schema>,
  project: string,
  into: string,
  from: readonly string[],
): Promise<Moved> {
  const others = [...new Set(from)].filter(id => id !== into)
  await refuseParts(db, await rowsOf(db, project, [into]))
  const sources = (await rowsOf(db, project, others)).filter(({ part_of }) => part_of !== into)
  await refuseParts(db, sources)
  const parts = await partsOf(
    db,
    sources.map(({ id }) => id),
  )
  const moved = [...sources, ...parts].map(({ id, part_of }) => ({ id, from: part_of, to: into }))
  await pointAt(db, moved)
  return { moved, numbers: sources.map(({ number }) => number) }
}

/**
 * Makes parts an issue of their own. The row an issue has its number from stays: when it is among those chosen, the others leave,
 * which comes to the same two issues. Of those that leave the one with most events becomes the issue.
 */
export async function splitIssue(
  db: Kysely<Schema>,
  project: string,
  id: string,
  chosen: readonly string[],
): Promise<Moved & { begun: string }> {
  await refuseParts(db, await rowsOf(db, project, [id]))
  const parts = await partsOf(db, [id])
  const stranger = chosen.find(one => one !== id && !parts.some(part => part.id === one))
  if (stranger !== undefined) throw new GantryError('NOT_FOUND', `${stranger} is no part of this issue`)
  const isOwnChosen = chosen.includes(id)
  const leaving = parts
    .filter(part => chosen.includes(part.id) !== isOwnChosen)
    .toSorted((a, b) => b.events - a.events || a.number - b.number)
  const [head, ...rest] = leaving
  if (!head || chosen.length === 0)
    throw new GantryError('ISSUE_NOT_SPLIT', `of ${parts.length + 1} parts that would leave none`, {
      parts: parts.length + 1,
    })
  const moved = [{ id: head.id, from: id, to: null }, ...rest.map(part => ({ id: part.id, from: id, to: head.id }))]
  await pointAt(db, moved)
  return { moved, numbers: [head.number], begun: head.id }
}

/** By the acts that stand: what was split and put back is one again. */
export async function areParted(db: Kysely<Schema>, project: string, one: string, other: string): Promise<boolean> {
  const { rows } = await sql<{ are: boolean }>`
    with rows as (select id, coalesce(part_of, id) as root from gantry.issues
      where project = ${project} and (id in (${one}, ${other}) or part_of in (${one}, ${other})))
    select exists (select from rows join gantry.issue_acts as acts on acts.issue_id = rows.id
      where (acts.kind = 'split' and not acts.undone or acts.kind = 'merged' and acts.undone) and exists (
        select from jsonb_array_elements(acts.body->'moved') as moved join rows as gone on gone.id = moved->>'id'
        where gone.root <> rows.root)) as are`.execute(db)
  return rows[0]?.are ?? false
}

/**
 * Puts rows back to where they were. What was merged or split since goes along: a row that is now elsewhere is somebody's later wish.
 * @throws GantryError CONFLICT when none of them is where the act had put it
 */
export async function putBack(db: Kysely<Schema>, project: string, moved: readonly MovedPart[]): Promise<void> {
  const known = await rowsOf(db, project, [...new Set(moved.flatMap(({ id, from, to }) => [id, from ?? id, to ?? id]))])
  const rows = new Map(known.map(row => [row.id, row]))
  const rootOf = (id: string) => rows.get(id)?.part_of ?? id
  // Those that stand alone again come first: others go back to them.
  const ordered = moved.toSorted((a, b) => Number(a.from !== null) - Number(b.from !== null))
  const back: MovedPart[] = []
  for (const { id, from, to } of ordered) {
    const row = rows.get(id)
    if (!row || row.part_of !== (to === null ? null : rootOf(to))) continue
    const target = from === null ? null : rootOf(from)
    back.push({ id, from: row.part_of, to: target })
    rows.set(id, { ...row, part_of: target })
  }
  if (back.length === 0)
    throw new GantryError('CONFLICT', 'what this act moved was merged or split again since; undo that first')
  await pointAt(db, back)
}

async function pointAt(db: Kysely<Schema>, moved: readonly MovedPart[]): Promise<void> {
  if (moved.length === 0) return
  const ids = [...new Set(moved.flatMap(({ id, from, to }) => [id, from ?? id, to ?? id]))]
  const before = await silentCounts(db, ids)
  await pointRows(db, moved)
  if (before.size > 0) await keepSilences(db, before, await silentCounts(db, ids))
}

/** Events of each issue that is silent until it has as many. */
async function silentCounts(db: Kysely<Schema>, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ id: string; events: number }>`
    select head.id, sum(row.events)::bigint as events
    from gantry.issues as head join gantry.issues as row on row.id = head.id or row.part_of = head.id
    where head.id = any(${[...ids]}::text[]) and head.mute ->> 'events' is not null group by head.id`.execute(db)
  return new Map(rows.map(({ id, events }) => [id, events]))
}

/** As many more have to come as before: what parts bring along, or take away, is no reason to wake anybody. */
async function keepSilences(
  db: Kysely<Schema>,
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Promise<void> {
  const ids = [...after.keys()].filter(id => after.get(id) !== before.get(id))
  const more = ids.map(id => (after.get(id) ?? 0) - (before.get(id) ?? 0))
  await sql`
    update gantry.issues set mute = jsonb_set(mute, '{events}', to_jsonb((mute ->> 'events')::bigint + counted.more))
    from unnest(${ids}::text[], ${more}::bigint[]) as counted (id, more)
    where issues.id = counted.id`.execute(db)
}

async function pointRows(db: Kysely<Schema>, moved: readonly MovedPart[]): Promise<void> {
  await sql`
    update gantry.issues set part_of = moved.target
    from unnest(${moved.map(({ id }) => id)}::text[], ${moved.map(({ to }) => to)}::text[]) as moved (id, target)
    where issues.id = moved.id`.execute(db)
  // An issue that is a part by now may have had parts.
  await sql`
    update gantry.issues set part_of = head.part_of from gantry.issues as head
    where head.id = issues.part_of and head.part_of is not null
      and head.id = any(${moved.map(({ id }) => id)}::text[])`.execute(db)
}

async function partsOf(db: Kysely<Schema>, ids: readonly string[]): Promise<IssueRow[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('gantry.issues')
    .selectAll()
    .where('part_of', 'in', [...ids])
    .execute()
}

async function refuseParts(db: Kysely<Schema>, rows: IssueRow[]): Promise<void> {
  const part = rows.find(({ part_of }) => part_of !== null)
  if (!part?.part_of) return
  const [head] = await rowsOf(db, part.project, [part.part_of])
  throw new GantryError('ISSUE_MERGED', `issue ${part.number} is part of issue ${head?.number}`, {
    issue: part.number,
    partOf: head?.number,
  })
}
