import type { IssueStore, StoredEvent, TrafficSample } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import { addTraffic } from '../alert/traffic.ts'
import type { Database } from '../database/database.ts'
import type { Schema } from '../database/schema.ts'
import { groupCommit } from './group-commit.ts'
import { eventKey, groupKey, groupsOf, type IssueGroup } from './issue-groups.ts'
import { type PackedEvent, packEvent, toBatch } from './packed-event.ts'
import { type SavedIssues, saveIssues } from './save-issues.ts'

/** A batch is as large as one transaction may become without keeping others waiting. */
const most = { items: 500, bytes: 8 * 1024 * 1024 }
/**
 * The statements of a batch take about 10 ms before the first event. Measured with 192 clients: batches of 126 events
 * instead of 83, and a tenth less CPU for each.
 */
const gather = { from: 32, ms: 10 }

/**
 * Group commit: the events of many callers, their issues, counters and traffic in one transaction of at most ten
 * statements. An event is packed at once, so that what waits for its turn takes no more than is written.
 */
export function eventRecorder(database: Database): IssueStore['record'] {
  const { record } = database
  const commit = groupCommit({
    most,
    gather,
    bytesOf: ({ body }: PackedEvent) => body.length,
    write: async events =>
      record === null ? storeEvents(database, events) : (JSON.parse(await record(toBatch(events))) as StoredEvent[]),
  })
  return grouped => (grouped.length === 0 ? Promise.resolve([]) : commit(grouped.map(packEvent)))
}

/**
 * One batch, statement by statement on this connection. Writers of the same project take turns, so counters and issue
 * numbers need no retry.
 */
export function storeEvents(database: Pick<Database, 'transaction'>, events: PackedEvent[]): Promise<StoredEvent[]> {
  return database.transaction(async transaction => {
    await takeTurns(transaction, events)
    const known = await knownEvents(transaction, events)
    const fresh = firstOfEachId(events).filter(item => !known.has(eventKey(item)))
    if (fresh.length > 0) {
      const groups = groupsOf(fresh)
      const issues = await saveIssues(transaction, groups)
      await insertEvents(transaction, fresh, issues)
      await noteReleases(transaction, groups, issues)
      await addTraffic(transaction, fresh.map(errorSample))
      return outcomes(events, known, issues)
    }
    return outcomes(events, known, new Map())
  })
}

type KnownEvents = Map<string, { issueId: string; issueNumber: number }>

async function takeTurns(db: Kysely<Schema>, events: PackedEvent[]): Promise<void> {
  const locks = [...new Set(events.map(({ event }) => `gantry.issues ${event.project}`))]
  await sql`
    select pg_advisory_xact_lock(hash) from (
      select hashtextextended(name, 0) as hash from unnest(${locks}::text[]) as name order by 1) as locks`.execute(db)
}

async function knownEvents(db: Kysely<Schema>, events: PackedEvent[]): Promise<KnownEvents> {
  const { rows } = await sql<{ project: string; id: string; issue_id: string; number: number }>`
    select events.project, events.id, events.issue_id, issues.number
    from unnest(${events.map(({ event }) => event.project)}::text[], ${events.map(({ event }) => event.id)}::text[])
      as asked (project, id)
    join gantry.events on events.project = asked.project and events.id = asked.id
    join gantry.issues on issues.id = events.issue_id`.execute(db)
  return new Map(rows.map(row => [`${row.project}\n${row.id}`, { issueId: row.issue_id, issueNumber: row.number }]))
}

function firstOfEachId(events: PackedEvent[]): PackedEvent[] {
  const seen = new Set<string>()
  return events.filter(item => !seen.has(eventKey(item)) && seen.add(eventKey(item)))
}

/** All bodies as one value of bytes, cut apart over there: as a list they would have to be text, twice as long and escaped. */
async function insertEvents(db: Kysely<Schema>, events: PackedEvent[], issues: SavedIssues): Promise<void> {
  const bodies = events.map(({ body }) => body)
  await sql`
    insert into gantry.events (project, id, issue_id, at, packed)
    select project, id, issue_id, at, substring(${Buffer.concat(bodies)}::bytea from first for size) from unnest(
      ${events.map(({ event }) => event.project)}::text[], ${events.map(({ event }) => event.id)}::text[],
      ${events.map(item => issues.get(groupKey(item))?.id)}::text[],
      ${events.map(({ event }) => event.at)}::timestamptz[],
      ${firstBytes(bodies)}::int[], ${bodies.map(({ length }) => length)}::int[])
      as added (project, id, issue_id, at, first, size)`.execute(db)
}

/** Where each begins in all of them one after the other; Postgres counts from one. */
function firstBytes(bodies: Uint8Array[]): number[] {
  let next = 1
  return bodies.map(({ length }) => {
    next += length
    return next - length
  })
}

async function noteReleases(db: Kysely<Schema>, groups: IssueGroup[], issues: SavedIssues): Promise<void> {
  const rows = groups.flatMap(group =>
    group.releases.map(release => ({ project: group.project, release, issue_id: issueIdOf(group, issues) })),
  )
  if (rows.length === 0) return
  const insert = db.insertInto('gantry.issue_releases').values(rows)
  await insert.onConflict(conflict => conflict.doNothing()).execute()
}

const issueIdOf = ({ project, keyHash }: IssueGroup, issues: SavedIssues): string =>
  issues.get(`${project}\n${keyHash}`)?.id ?? ''

/** Counted when it came in, by our clock: the rules' windows are ours, a client's clock may be wrong. */
const errorSample = ({ event }: PackedEvent): TrafficSample => ({
  project: event.project,
  environment: event.environment,
  service: event.service ?? '',
  release: event.release ?? '',
  at: event.receivedAt,
  requests: 0,
  failures: 0,
  errors: 1,
})

/** One answer per event asked, in order; the first stored event of an issue is the one that made or reopened it. */
function outcomes(events: PackedEvent[], known: KnownEvents, issues: SavedIssues): StoredEvent[] {
  const metIds = new Set<string>()
  const metIssues = new Set<string>()
  return events.map(item => {
    const former = known.get(eventKey(item))
    const issue = issues.get(groupKey(item))
    const isDuplicate = former !== undefined || metIds.has(eventKey(item))
    const isFirst = !isDuplicate && !metIssues.has(groupKey(item))
    metIds.add(eventKey(item))
    if (!isDuplicate) metIssues.add(groupKey(item))
    return {
      eventId: item.event.id,
      issueId: former?.issueId ?? issue?.id ?? '',
      issueNumber: former?.issueNumber ?? issue?.number ?? 0,
      isNewIssue: isFirst && issue?.was === 'unknown',
      isRegression: isFirst && issue?.was === 'resolved',
      isDuplicate,
    }
  })
}
