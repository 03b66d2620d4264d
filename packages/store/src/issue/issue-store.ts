import { GantryError, type Issue, type IssueStore } from '@gantry/core'
import { type Selectable, sql } from 'kysely'
import { containing } from '../database/containing.ts'
import { movedOn } from '../database/moved-on.ts'
import type { Database } from '../database/opened-database.ts'
import type { IssueTable } from '../database/schema.ts'
import { unpackBlock } from './payload-blocks.ts'
import { factsOf, keptColumns } from './read-facts.ts'
import { eventRecorder } from './record-events.ts'

export function issueStore(database: Database): IssueStore {
  const issues = (project: string) =>
    database.kysely.selectFrom('gantry.issues').selectAll().where('project', '=', project)
  return {
    record: eventRecorder(database),
    async get(project, id) {
      const row = await issues(project).where('id', '=', id).executeTakeFirst()
      return row ? issueOf(row) : null
    },
    async byNumber(project, number) {
      const row = await issues(project).where('number', '=', number).executeTakeFirst()
      return row ? issueOf(row) : null
    },
    list: (project, filter) => list(database, project, filter),
    events: (project, issueId, page) => events(database, project, issueId, page),
    event: (project, eventId) => event(database, project, eventId),
    payload: (project, eventId) => payload(database, project, eventId),
    trend: (project, issueId, window) => trend(database, project, issueId, window),
    setState: (project, id, state, version) => setState(database, project, id, state, version),
  }
}

async function list(database: Database, project: string, filter: Parameters<IssueStore['list']>[1]) {
  const { state, query, environment, release, firstRelease, limit = 50, offset = 0 } = filter
  let found = database.kysely.selectFrom('gantry.issues').where('project', '=', project)
  if (state !== undefined) found = found.where('state', '=', state)
  if (environment !== undefined) found = found.where(sql<boolean>`${environment} = any(environments)`)
  if (firstRelease !== undefined) found = found.where('first_release', '=', firstRelease)
  if (release !== undefined) {
    const seen = database.kysely.selectFrom('gantry.issue_releases').select('issue_id').where('project', '=', project)
    found = found.where('id', 'in', seen.where('release', '=', release))
  }
  if (query) {
    const pattern = containing(query)
    found = found.where(eb => eb.or([eb('title', 'ilike', pattern), eb('culprit', 'ilike', pattern)]))
  }
  const { total } = await found.select(eb => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const newest = found.selectAll().orderBy('last_seen', 'desc').orderBy('number', 'desc')
  return { issues: (await newest.limit(limit).offset(offset).execute()).map(issueOf), total }
}

async function events(
  database: Database,
  project: string,
  issueId: string,
  { limit, offset }: { limit: number; offset: number },
) {
  const stored = database.kysely
    .selectFrom('gantry.kept_events')
    .where('project', '=', project)
    .where('issue_id', '=', issueId)
  const { total } = await stored.select(eb => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const newest = stored.select(keptColumns).orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).offset(offset)
  const rows = await newest.execute()
  return { events: await factsOf(database.kysely, rows), total }
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
    from gantry.kept_events where project = ${project} and issue_id = ${issueId} and at >= ${from} and at < ${until}
    group by 1`.execute(db)
  const counts = new Map(rows.map(row => [row.bucket, row.count]))
  return Array.from({ length: buckets }, (_, bucket) => counts.get(bucket) ?? 0)
}

async function setState(
  { kysely: db }: Database,
  project: string,
  id: string,
  state: Issue['state'],
  version: number | undefined,
): Promise<Issue> {
  const issue = db.updateTable('gantry.issues').where('project', '=', project).where('id', '=', id)
  const unchanged = version === undefined ? issue : issue.where('version', '=', version)
  const row = await unchanged
    .set(eb => ({ state, version: eb('version', '+', 1) }))
    .returningAll()
    .executeTakeFirst()
  if (row) return issueOf(row)
  if (version !== undefined) throw movedOn('issue', id, version)
  throw new GantryError('NOT_FOUND', `no issue ${id} in ${project}`, { project, id })
}

const issueOf = (row: Selectable<IssueTable>): Issue => ({
  id: row.id,
  project: row.project,
  number: row.number,
  title: row.title,
  culprit: row.culprit,
  level: row.level,
  state: row.state,
  service: row.service,
  environments: row.environments,
  firstSeen: row.first_seen,
  lastSeen: row.last_seen,
  firstRelease: row.first_release,
  lastRelease: row.last_release,
  events: row.events,
  people: row.people,
  grouping: row.grouping,
  version: row.version,
})
