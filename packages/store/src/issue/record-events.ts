import type { IssueStore, StoredEvent, TrafficSample } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import { addTraffic } from '../alert/traffic.ts'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { dayOf, makeRoomFor } from './days.ts'
import { groupCommit } from './group-commit.ts'
import { eventKey, groupKey, groupsOf, type IssueGroup, type Issues } from './issue-groups.ts'
import { KnownLabels, noteLabels } from './issue-labels.ts'
import { type KnownRows, withKnownRows } from './known-rows.ts'
import { bytesOf, type PackedEvent, packEvent, toBatch } from './packed-event.ts'
import { packPayloads } from './payload-blocks.ts'
import { issuesOf, saveIssues } from './save-issues.ts'
import { addSpread } from './spread.ts'
import { type Turns, turnIssues } from './turn-issues.ts'

/** A batch is as large as one transaction may become without keeping others waiting. */
const most = { items: 500, bytes: 8 * 1024 * 1024 }
/**
 * The statements of a batch take about 2 ms before the first event. Measured with 192 clients on two cores: 4,000 events/s
 * with a wait of 5 ms, 3,700 with 10 ms, 3,800 with 1 ms.
 */
const gather = { from: 32, ms: 5 }

/**
 * Group commit: the events of many callers, their issues, counters and traffic in one transaction of at most eleven
 * statements.
 */
export function eventRecorder(database: Database): IssueStore['record'] {
  const { record } = database
  const commit = groupCommit({
    most,
    gather,
    bytesOf,
    write: async events =>
      record === null ? storeEvents(database, events) : (JSON.parse(await record(toBatch(events))) as StoredEvent[]),
  })
  const labels = new KnownLabels()
  return async grouped => {
    if (grouped.length === 0) return []
    const packed = grouped.map(item => packEvent(item, one => labels.unknownOf(one)))
    const stored = await commit(packed)
    labels.noted(packed)
    return stored
  }
}

/**
 * One batch, statement by statement on this connection. Writers of the same project take turns, so counters and issue
 * numbers need no retry. Which events are new is learnt by storing them: seldom is one not, and only then it is looked up.
 */
export async function storeEvents(
  database: Pick<Database, 'transaction' | 'kysely'>,
  events: PackedEvent[],
): Promise<StoredEvent[]> {
  const asked = firstOfEachId(events)
  await makeRoomFor(
    database,
    asked.map(({ event }) => dayOf(event.receivedAt)),
  )
  const stored = (known: KnownRows) => database.transaction(transaction => storeIn(transaction, events, asked, known))
  return withKnownRows(database.kysely, stored)
}

async function storeIn(
  transaction: Kysely<Schema>,
  events: PackedEvent[],
  asked: PackedEvent[],
  rows: KnownRows,
): Promise<StoredEvent[]> {
  await takeTurns(transaction, events)
  const issues = await issuesOf(transaction, asked)
  const before = await storedBefore(transaction, asked)
  const added = await insertEvents(
    transaction,
    asked.filter(item => !before.has(eventKey(item))),
    issues,
  )
  const fresh = asked.filter(item => added.has(eventKey(item)))
  let turns: Turns = new Map()
  if (fresh.length > 0) {
    const groups = groupsOf(fresh, issues)
    await saveIssues(transaction, groups, issues, rows)
    // Before their releases are noted: one that was never met is the newest.
    turns = await turnIssues(transaction, fresh, issues)
    await noteLabels(transaction, fresh, issues)
    await noteReleases(transaction, groups, rows)
    await addSpread(transaction, groups)
    await addTraffic(transaction, fresh.filter(({ isOfProbe }) => !isOfProbe).map(errorSample))
  }
  const former = asked.filter(item => !added.has(eventKey(item)))
  const known = await knownEvents(transaction, former)
  return outcomes(events, { added, known, issues, turns })
}

type KnownEvents = Map<string, { issueId: string; issueNumber: number }>

async function takeTurns(db: Kysely<Schema>, events: PackedEvent[]): Promise<void> {
  const locks = [...new Set(events.map(({ event }) => `gantry.issues ${event.project}`))]
  await sql`
    select pg_advisory_xact_lock(hash) from (
      select hashtextextended(name, 0) as hash from unnest(${locks}::text[]) as name order by 1) as locks`.execute(db)
}

function firstOfEachId(events: PackedEvent[]): PackedEvent[] {
  const seen = new Set<string>()
  return events.filter(item => !seen.has(eventKey(item)) && seen.add(eventKey(item)))
}

/**
 * Answers the keys of those that were not stored before. All blocks are one value of bytes, cut apart over there: as a list they
 * would have to be text, twice as long and escaped. What the events of a batch share is named by its place in a short list, and
 * of those that were stored only how many is asked. The statement reads no table, so that it is planned once.
 *
 * An id is unique within the day of its arrival.
 */
export async function insertEvents(db: Kysely<Schema>, events: PackedEvent[], issues: Issues): Promise<Set<string>> {
  if (events.length === 0) return new Set()
  const { blocks, places } = packPayloads(events)
  const frames = blocks.map(({ packed }) => packed)
  const issueIds = shared(events.map(item => issues.get(groupKey(item))?.id ?? ''))
  const days = shared(events.map(({ event }) => `${event.project}\n${dayOf(event.receivedAt)}`))
  const placed = events.map(item => places.get(item))
  const blockIds = shared(placed.map(place => place?.block ?? ''))
  const { numAffectedRows = 0n } = await sql`
    with packed as (
    insert into gantry.payloads (project, id, day, packed)
    select project, id, day, substring(${Buffer.concat(frames)}::bytea from first for size) from unnest(
      ${blocks.map(({ project }) => project)}::text[], ${blocks.map(({ id }) => id)}::text[],
      ${blocks.map(({ day }) => day)}::date[], ${firstBytes(frames)}::int[], ${frames.map(({ length }) => length)}::int[])
      as added (project, id, day, first, size)
    )
    insert into gantry.kept_events (project, id, issue_id, at, day, trace, payload_id, fact_size, payload_from, payload_size)
    select (${days.names.map(name => name.split('\n')[0])}::text[])[of_day], id,
      (${issueIds.names}::text[])[of_issue], to_timestamp(at_ms / 1000),
      (${days.names.map(name => name.split('\n')[1])}::date[])[of_day], trace, (${blockIds.names}::text[])[of_block],
      fact_size, payload_from, payload_size from unnest(
      ${events.map(({ event }) => event.id)}::text[], ${days.places}::int[], ${issueIds.places}::int[],
      ${events.map(({ event }) => Date.parse(event.at))}::float8[], ${events.map(({ trace }) => trace)}::bigint[], ${blockIds.places}::int[],
      ${placed.map(place => place?.factSize)}::bigint[], ${placed.map(place => place?.from)}::bigint[],
      ${placed.map(place => place?.size)}::bigint[])
      as added (id, of_day, of_issue, at_ms, trace, of_block, fact_size, payload_from, payload_size)
    on conflict do nothing`.execute(db)
  if (Number(numAffectedRows) === events.length) return new Set(events.map(eventKey))
  return storedIn(db, events, blockIds.names)
}

/** Those of which these blocks are: the others were stored before. */
async function storedIn(db: Kysely<Schema>, events: PackedEvent[], blocks: string[]): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    select stored.project || E'\\n' || stored.id as key
    from unnest(${events.map(({ event }) => event.project)}::text[], ${events.map(({ event }) => event.id)}::text[],
      ${events.map(({ event }) => dayOf(event.receivedAt))}::date[]) as asked (project, id, day)
    join gantry.kept_events as stored
      on stored.project = asked.project and stored.id = asked.id and stored.day = asked.day
    where stored.payload_id = any(${blocks}::text[])`.execute(db)
  return new Set(rows.map(({ key }) => key))
}

/** Each name once, and for each item the place of its own; Postgres counts from one. */
function shared(names: string[]): { names: string[]; places: number[] } {
  const known = new Map<string, number>()
  const places = names.map(name => {
    const place = known.get(name) ?? known.size + 1
    known.set(name, place)
    return place
  })
  return { names: [...known.keys()], places }
}

const hoursSentAgain = 6

/**
 * Those that were stored yesterday. A client that was not answered sends the event again soon: so only what arrives in the first
 * hours of a day is looked up in the day before.
 */
async function storedBefore(db: Kysely<Schema>, events: PackedEvent[]): Promise<Set<string>> {
  const early = events.filter(({ event }) => Number(event.receivedAt.slice(11, 13)) < hoursSentAgain)
  if (early.length === 0) return new Set()
  const { rows } = await sql<{ key: string }>`
    select former.project || E'\\n' || former.id as key
    from unnest(${early.map(({ event }) => event.project)}::text[], ${early.map(({ event }) => event.id)}::text[],
      ${early.map(({ event }) => dayOf(event.receivedAt))}::date[]) as asked (project, id, day)
    join gantry.kept_events as former
      on former.project = asked.project and former.id = asked.id and former.day = asked.day - 1`.execute(db)
  return new Set(rows.map(({ key }) => key))
}

/** Where each begins in all of them one after the other; Postgres counts from one. */
function firstBytes(bodies: Uint8Array[]): number[] {
  let next = 1
  return bodies.map(({ length }) => {
    next += length
    return next - length
  })
}

export async function noteReleases(db: Kysely<Schema>, groups: IssueGroup[], known: KnownRows): Promise<void> {
  const rows = known.unknownOf(
    groups.flatMap(({ project, issueId, releases }) =>
      releases.map(release => ({ project, release, issueId, key: `${issueId}\nin ${release}` })),
    ),
  )
  if (rows.length === 0) return
  await sql`
    insert into gantry.issue_releases (project, release, issue_id)
    select * from unnest(${rows.map(row => row.project)}::text[], ${rows.map(row => row.release)}::text[],
      ${rows.map(row => row.issueId)}::text[])
    on conflict do nothing`.execute(db)
}

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

async function knownEvents(db: Kysely<Schema>, events: PackedEvent[]): Promise<KnownEvents> {
  if (events.length === 0) return new Map()
  const { rows } = await sql<{ project: string; id: string; issue_id: string; number: number }>`
    select events.project, events.id, root.id as issue_id, root.number
    from unnest(${events.map(({ event }) => event.project)}::text[], ${events.map(({ event }) => event.id)}::text[])
      as asked (project, id)
    join gantry.kept_events as events on events.project = asked.project and events.id = asked.id
    join gantry.issues on issues.id = events.issue_id
    join gantry.issues as root on root.id = coalesce(issues.part_of, issues.id)`.execute(db)
  return new Map(rows.map(row => [`${row.project}\n${row.id}`, { issueId: row.issue_id, issueNumber: row.number }]))
}

interface Stored {
  added: ReadonlySet<string>
  known: KnownEvents
  issues: Issues
  turns: Turns
}

/** One answer per event asked, in order; the first stored event of an issue is the one that made or reopened it. */
function outcomes(events: PackedEvent[], { added, known, issues, turns }: Stored): StoredEvent[] {
  const metIds = new Set<string>()
  const metIssues = new Set<string>()
  return events.map(item => {
    const former = known.get(eventKey(item))
    const root = issues.get(groupKey(item))?.root
    const isDuplicate = !added.has(eventKey(item)) || metIds.has(eventKey(item))
    const isFirst = !isDuplicate && root !== undefined && !metIssues.has(root.id)
    metIds.add(eventKey(item))
    if (!isDuplicate && root) metIssues.add(root.id)
    return {
      eventId: item.event.id,
      issueId: former?.issueId ?? root?.id ?? '',
      issueNumber: former?.issueNumber ?? root?.number ?? 0,
      isNewIssue: isFirst && root.state === 'unknown',
      isRegression: isFirst && turns.get(root.id) === 'regressed',
      isWoken: isFirst && turns.get(root.id) === 'woken',
      isDuplicate,
    }
  })
}
