import { type Kysely, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'

interface Brought {
  origin: string
  source_id: string
  issue_id: string
  events: number
  people: number
  made: string[]
  event_ids: string[]
  former_first_seen: string | null
}

/**
 * Takes issues of an import away: its events, its comments, and what the rows counted for it. A row it began goes, unless events of
 * clients came to it, or people merged something into it: that stays an issue.
 */
export async function undoIssues(
  db: Kysely<Schema>,
  project: string,
  importId: string,
  limit: number,
): Promise<{ removed: number; kept: number; left: number }> {
  const { rows } = await sql<Brought>`
    delete from gantry.imported_issues where (project, origin, source_id) in (
      select project, origin, source_id from gantry.imported_issues
      where project = ${project} and import_id = ${importId}
      order by former_first_seen is null, source_id limit ${limit})
    returning origin, source_id, issue_id, events, people, made, event_ids, former_first_seen`.execute(db)
  await forgetEvents(
    db,
    project,
    rows.flatMap(row => row.event_ids),
  )
  await countLess(db, project, rows)
  await forgetActs(db, project, importId, [...new Set(rows.map(row => row.issue_id))])
  const gone = await removeRows(db, project, [...new Set(rows.flatMap(({ made }) => made))])
  const { rows: left } = await sql<{ count: number }>`
    select count(*) from gantry.imported_issues where project = ${project} and import_id = ${importId}`.execute(db)
  const removed = rows.filter(({ issue_id }) => gone.has(issue_id)).length
  return { removed, kept: rows.length - removed, left: left[0]?.count ?? 0 }
}

/** With what their clients sent, where a block holds nothing else. */
async function forgetEvents(db: Kysely<Schema>, project: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  const { rows } = await sql<{ issue: string; payload: string | null; count: number }>`
    with gone as (delete from gantry.kept_events where project = ${project} and id = any(${ids}::text[])
      returning issue_id, payload_id),
    counted as (update gantry.issues set events = greatest(0, issues.events - less.count)
      from (select issue_id, count(*) as count from gone group by issue_id) as less where issues.id = less.issue_id)
    select issue_id as issue, payload_id as payload, count(*) as count from gone group by issue_id, payload_id`.execute(
    db,
  )
  const payloads = [...new Set(rows.flatMap(({ payload }) => payload ?? []))]
  if (payloads.length === 0) return
  await sql`
    delete from gantry.payloads where project = ${project} and id = any(${payloads}::text[]) and not exists (
      select from gantry.kept_events as events where events.project = payloads.project and events.day = payloads.day
        and events.payload_id = payloads.id)`.execute(db)
}

async function countLess(db: Kysely<Schema>, project: string, rows: readonly Brought[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    update gantry.issues set events = greatest(0, issues.events - less.events),
      people = greatest(0, issues.people - less.people),
      first_seen = coalesce(less.former,
        (select min(at) from gantry.kept_events as events where events.issue_id = issues.id), issues.first_seen),
      last_seen = coalesce((select max(at) from gantry.kept_events as events where events.issue_id = issues.id),
        issues.last_seen),
      version = version + 1
    from (select id, sum(events)::bigint as events, sum(people)::bigint as people, min(former) as former from unnest(
        ${rows.map(row => row.issue_id)}::text[], ${rows.map(({ events }) => events)}::bigint[],
        ${rows.map(({ people }) => people)}::bigint[], ${rows.map(row => row.former_first_seen)}::timestamptz[])
      as one (id, events, people, former) group by id) as less
    where issues.id = less.id and issues.project = ${project}`.execute(db)
}

async function forgetActs(db: Kysely<Schema>, project: string, importId: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await sql`
    delete from gantry.issue_acts where project = ${project} and issue_id = any(${ids}::text[])
      and body->>'import' = ${importId}`.execute(db)
}

/** Those that nothing came to since. Answers their ids. */
async function removeRows(db: Kysely<Schema>, project: string, made: string[]): Promise<ReadonlySet<string>> {
  if (made.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    delete from gantry.issues where project = ${project} and id = any(${made}::text[]) and events = 0
      and not exists (select from gantry.imported_issues as other where other.issue_id = issues.id)
      and not exists (select from gantry.issues as part where part.part_of = issues.id
        and (part.events > 0 or part.id <> all(${made}::text[])))
    returning id`.execute(db)
  const ids = rows.map(({ id }) => id)
  await handOn(db, project, made)
  if (ids.length === 0) return new Set()
  await sql`
    with keys as (delete from gantry.issue_keys where issue_id = any(${ids}::text[])),
      people as (delete from gantry.issue_people where issue_id = any(${ids}::text[])),
      names as (delete from gantry.issue_user_names where issue_id = any(${ids}::text[])),
      spread as (delete from gantry.issue_spread where issue_id = any(${ids}::text[])),
      labels as (delete from gantry.issue_labels where issue_id = any(${ids}::text[])),
      releases as (delete from gantry.issue_releases where issue_id = any(${ids}::text[]))
    delete from gantry.issue_acts where issue_id = any(${ids}::text[])`.execute(db)
  return new Set(ids)
}

/** What another import counts in a row goes with that one. */
async function handOn(db: Kysely<Schema>, project: string, made: string[]): Promise<void> {
  await sql`
    update gantry.imported_issues as other set made = other.made || other.issue_id
    where other.project = ${project} and other.issue_id = any(${made}::text[]) and other.issue_id <> all(other.made)`.execute(
    db,
  )
}
