import { type IssueStore, type IssueTerm, mostIssuesCounted } from '@gantry/core'
import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import { eventIds } from './event-ids.ts'
import { eventsOfTrace } from './events-of-trace.ts'
import { lastSeen, matchingIssues, ofItsParts, ofOneRow, type Ways } from './issue-search.ts'
import { newestTimes } from './newest-times.ts'
import { unpackBlock } from './payload-blocks.ts'
import { factsOf, type KeptRow, keptColumns } from './read-facts.ts'
import { eventRecorder } from './record-events.ts'
import { spread } from './spread.ts'
import { type IssueRow, wholeIssues } from './whole-issue.ts'

export function issueStore(database: Database): IssueStore {
  const one = async (project: string, condition: RawBuilder<unknown>) => {
    const { rows } = await sql<IssueRow>`
      select root.* from gantry.issues as found join gantry.issues as root on root.id = coalesce(found.part_of, found.id)
      where found.project = ${project} and ${condition}`.execute(database.kysely)
    return (await wholeIssues(database.kysely, rows))[0] ?? null
  }
  return {
    record: eventRecorder(database),
    get: (project, id) => one(project, sql`found.id = ${id}`),
    byNumber: (project, number) => one(project, sql`found.number = ${number}`),
    idsByNumber: async (project, numbers) => {
      const { rows } = await sql<{ number: number; id: string }>`
        select number, coalesce(part_of, id) as id from gantry.issues
        where project = ${project} and number = any(${numbers}::int[])`.execute(database.kysely)
      return new Map(rows.map(({ number, id }) => [number, id]))
    },
    list: (project, filter) => list(database, project, filter),
    events: (project, issueId, page) => events(database, project, issueId, page),
    event: (project, eventId) => event(database, project, eventId),
    eventIds: (project, page) => eventIds(database, project, page),
    payload: (project, eventId) => payload(database, project, eventId),
    newestTimes: (project, numbers, window) => newestTimes(database, project, numbers, window),
    trend: (project, issueId, window) => trend(database, project, issueId, window),
    spread: (project, issueId, window) => spread(database, rowsOf(project, issueId), window),
    ofTrace: (project, traceId, limit) => eventsOfTrace(database, project, traceId, limit),
  }
}

/** What is read of an issue in order and until there are enough: a project has a hundred thousand of them. */
async function list({ kysely: db }: Database, project: string, filter: Parameters<IssueStore['list']>[1]) {
  const { state, term, environment, release, firstRelease, limit = 50, offset = 0 } = filter
  const field = (name: 'environment' | 'release' | 'first_release', pattern: string | undefined): IssueTerm[] =>
    pattern === undefined ? [] : [{ kind: 'field', name, pattern }]
  const terms: IssueTerm[] = [
    ...(state === undefined ? [] : [{ kind: 'state' as const, state }]),
    ...[...field('environment', environment), ...field('release', release), ...field('first_release', firstRelease)],
    ...(term === undefined ? [] : [term]),
  ]
  const matches = (ways: Ways) =>
    terms.length === 0 ? sql`true` : matchingIssues(project, { kind: 'and', of: terms }, ways)
  // Few issues are made of several; those are read whole, since the newest event of one is of any of its parts.
  const ofParts = sql`gantry.issues join (
      select part_of as id, sum(events)::bigint as events, sum(people)::bigint as people, max(last_seen) as last_seen,
        min(first_seen) as first_seen
      from gantry.issues where project = ${project} and part_of is not null group by part_of
    ) as parts on parts.id = issues.id
    where issues.project = ${project} and issues.part_of is null and ${matches(ofItsParts(project))}`
  const single = sql`gantry.issues cross join (select null::bigint as events, null::bigint as people,
      null::timestamptz as last_seen, null::timestamptz as first_seen) as parts
    where issues.project = ${project} and issues.part_of is null
      and issues.id not in (select part_of from gantry.issues where project = ${project} and part_of is not null)
      and ${matches(ofOneRow)}`
  const shown = sql`issues.*, ${lastSeen} as seen`
  const { rows } = await sql<IssueRow>`
    with found as ((select ${shown} from ${ofParts}) union all
      (select ${shown} from ${single}
        order by issues.seen_hour desc, issues.last_seen desc, issues.number desc limit ${limit + offset}))
    select * from found order by seen desc, number desc limit ${limit} offset ${offset}`.execute(db)
  const isAll = rows.length > 0 ? rows.length < limit : offset === 0
  return { issues: await wholeIssues(db, rows), total: isAll ? offset + rows.length : await count() }

  async function count(): Promise<number> {
    const { rows: counts } = await sql<{ total: number }>`
      select count(*) as total from ((select 1 from ${ofParts} limit ${mostIssuesCounted + 1}) union all
        (select 1 from ${single} limit ${mostIssuesCounted + 1})) as found`.execute(db)
    return Math.min(Number(counts[0]?.total ?? 0), mostIssuesCounted + 1)
  }
}

/** The rows whose events are those of an issue. */
const rowsOf = (project: string, issueId: string): RawBuilder<unknown> =>
  sql`select id from gantry.issues where project = ${project} and (id = ${issueId} or part_of = ${issueId})`

/** Of each part as many as are asked for, by the index: an issue may have a million. */
async function events(
  { kysely: db }: Database,
  project: string,
  issueId: string,
  { limit, offset }: { limit: number; offset: number },
) {
  const { rows: counts } = await sql<{ total: number }>`
    select count(*) as total from gantry.kept_events where issue_id in (${rowsOf(project, issueId)})`.execute(db)
  const columns = sql.join(keptColumns.map(name => sql.ref(name)))
  const { rows } = await sql<KeptRow>`
    select ${columns} from (${rowsOf(project, issueId)}) as parts cross join lateral (
      select id as event_id, at, ${columns} from gantry.kept_events where issue_id = parts.id
      order by at desc, id desc limit ${limit + offset}) as newest
    order by at desc, event_id desc limit ${limit} offset ${offset}`.execute(db)
  return { events: await factsOf(db, rows), total: counts[0]?.total ?? 0 }
}

async function event({ kysely: db }: Database, project: string, eventId: string) {
  const row = await db
    .selectFrom('gantry.kept_events')
    .select(['issue_id', ...keptColumns])
    .where('project', '=', project)
    .where('id', '=', eventId)
    .orderBy('day', 'desc')
    .executeTakeFirst()
  const [found] = row ? await factsOf(db, [row]) : []
  return row && found ? { issueId: row.issue_id, event: found } : null
}

async function payload({ kysely: db }: Database, project: string, eventId: string): Promise<Uint8Array | null> {
  const { rows } = await sql<{ packed: Uint8Array; from: number; size: number }>`
    select payloads.packed, events.payload_from as "from", events.payload_size as size
    from gantry.kept_events as events join gantry.payloads
      on payloads.project = events.project and payloads.id = events.payload_id and payloads.day = events.day
    where events.project = ${project} and events.id = ${eventId} and events.payload_size is not null
    order by events.day desc limit 1`.execute(db)
  const [found] = rows
  return found ? unpackBlock(found.packed).subarray(found.from, found.from + found.size) : null
}

async function trend(
  { kysely: db }: Database,
  project: string,
  issueId: string,
  { until, bucketMs, buckets }: { until: string; bucketMs: number; buckets: number },
): Promise<number[]> {
  const from = new Date(new Date(until).getTime() - bucketMs * buckets).toISOString()
  const { rows } = await sql<{ bucket: number; count: number }>`
    select floor(extract(epoch from at - ${from}::timestamptz) * 1000 / ${bucketMs}::float8)::int as bucket, count(*)
    from gantry.kept_events where issue_id in (${rowsOf(project, issueId)}) and at >= ${from} and at < ${until}
    group by 1`.execute(db)
  const counts = new Map(rows.map(row => [row.bucket, row.count]))
  return Array.from({ length: buckets }, (_, bucket) => counts.get(bucket) ?? 0)
}
