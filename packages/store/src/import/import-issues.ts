import { randomUUID } from 'node:crypto'
import { type ImportingIssue, type ImportOutcome, notAhead, originKey } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { eventKey, groupKey, groupsOf, type IssueGroup, type Issues, type SavedIssue } from '../issue/issue-groups.ts'
import { KnownLabels, noteLabels } from '../issue/issue-labels.ts'
import type { KnownRows } from '../issue/known-rows.ts'
import { type PackedEvent, packEvent } from '../issue/packed-event.ts'
import { insertEvents, noteReleases } from '../issue/record-events.ts'
import { issuesOf, saveIssues } from '../issue/save-issues.ts'
import { sha256 } from '../issue/sha256.ts'
import { addUp } from './add-up.ts'
import { giveLives } from './give-lives.ts'
import type { ImportBatch } from './import-batch.ts'
import { type Placement, placeIssues, type Unplaced } from './place-issues.ts'

/**
 * One batch in the transaction that holds the lock of the project: the events by the same statements as those that clients send, but
 * they turn nothing, count as no traffic, and nobody is told of them.
 */
export async function importIssues(db: Kysely<Schema>, batch: ImportBatch, known: KnownRows): Promise<ImportOutcome[]> {
  const fresh = await notKnown(db, batch)
  const { unplaced, issues, packed } = await lookedUp(db, batch, fresh)
  const placements = placeIssues(unplaced)
  const firstSeen = await firstSeenOf(db, placements)
  await insertEvents(db, packed, issues)
  const groups = [...groupsOf(packed, issues), ...bareGroups(batch, unplaced)]
  await saveIssues(db, groups, issues, known)
  await noteLabels(db, packed, issues)
  await noteReleases(db, groups, known)
  await noteOtherKeys(db, batch.project, placements)
  await addUp(db, batch, placements, firstSeen)
  await giveLives(db, batch, placements)
  return outcomes(batch, placements)
}

/** Those that no import has brought, each once. */
async function notKnown(
  db: Kysely<Schema>,
  { project, origin, issues }: ImportBatch,
): Promise<readonly ImportingIssue[]> {
  const byId = new Map(issues.map(issue => [issue.sourceId, issue]))
  if (byId.size === 0) return []
  const { rows } = await sql<{ id: string }>`
    select source_id as id from gantry.imported_issues
    where project = ${project} and origin = ${originKey(origin)} and source_id = any(${[...byId.keys()]}::text[])`.execute(
    db,
  )
  for (const { id } of rows) byId.delete(id)
  return [...byId.values()]
}

interface LookedUp {
  unplaced: Unplaced[]
  issues: Issues
  /** Events that are stored with this batch. */
  packed: PackedEvent[]
}

async function lookedUp(db: Kysely<Schema>, batch: ImportBatch, fresh: readonly ImportingIssue[]): Promise<LookedUp> {
  const labels = new KnownLabels()
  const all = fresh.flatMap(issue =>
    issue.reports.map(({ event, otherKeys }) => ({
      issue,
      otherKeys,
      packed: packEvent(event, one => labels.unknownOf(one)),
    })),
  )
  const stored = await storedEvents(
    db,
    batch.project,
    all.map(({ packed }) => packed.event.id),
  )
  const once = new Map(all.map(report => [eventKey(report.packed), report]))
  const added = [...once.values()].filter(({ packed }) => !stored.has(packed.event.id))
  const packed = added.map(one => one.packed)
  const issues = await issuesOf(db, packed)
  // Who met an issue of here is counted by what came here.
  for (const item of packed)
    if (!issues.get(groupKey(item))?.isNew) Object.assign(item.event, { user: null, userNames: [] })
  const rowOf = (item: PackedEvent) => issues.get(groupKey(item))
  const unplaced = fresh.map(issue => {
    const reports = added.flatMap(report => {
      const row = rowOf(report.packed)
      return report.issue === issue && row ? [{ packed: report.packed, otherKeys: report.otherKeys, row }] : []
    })
    const known = issue.reports.flatMap(({ event }) => stored.get(event.event.id) ?? [])
    // An event that two issues of elsewhere claim is of the last one; the other has a row all the same.
    const bare = reports.length + known.length === 0 ? bareRow(batch, issue, issues) : null
    return { issue, stored: known, reports, bare }
  })
  return { unplaced, issues, packed }
}

/** Of those that are here already, before anything is added to them. */
async function firstSeenOf(db: Kysely<Schema>, placements: readonly Placement[]): Promise<ReadonlyMap<string, string>> {
  const ids = placements.flatMap(({ isNew, root }) => (isNew ? [] : [root.id]))
  if (ids.length === 0) return new Map()
  const rows = await db.selectFrom('gantry.issues').select(['id', 'first_seen']).where('id', 'in', ids).execute()
  return new Map(rows.map(row => [row.id, row.first_seen]))
}

/** By the id of the event: the issue that shows it. */
async function storedEvents(
  db: Kysely<Schema>,
  project: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SavedIssue['root']>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<SavedIssue['root'] & { event: string }>`
    select events.id as event, root.id, root.number, root.state, false as "isMutedUntil"
    from gantry.kept_events as events join gantry.issues on issues.id = events.issue_id
    join gantry.issues as root on root.id = coalesce(issues.part_of, issues.id)
    where events.project = ${project} and events.id = any(${[...ids]}::text[])`.execute(db)
  return new Map(rows.map(({ event, ...root }) => [event, root]))
}

/** What no event is kept of has a key that no client can make. */
const bareKey = ({ origin }: ImportBatch, { sourceId }: ImportingIssue): string =>
  `imported ${originKey(origin)} ${sourceId}`

function bareRow(batch: ImportBatch, issue: ImportingIssue, issues: Issues): SavedIssue {
  const id = randomUUID()
  const row = { id, number: 0, isNew: true, root: { id, number: 0, state: 'unknown' as const, isMutedUntil: false } }
  issues.set(`${batch.project}\n${sha256(bareKey(batch, issue))}`, row)
  return row
}

const bareGroups = (batch: ImportBatch, unplaced: readonly Unplaced[]): IssueGroup[] =>
  unplaced.flatMap(({ issue, bare }) => (bare ? [bareGroup(batch, issue, bare)] : []))

function bareGroup(batch: ImportBatch, issue: ImportingIssue, { id }: SavedIssue): IssueGroup {
  const { project, at } = batch
  const { level, service, culprit } = issue
  const title = issue.title || '(no title)'
  const [firstSeen, lastSeen] = [notAhead(issue.firstSeen, at), notAhead(issue.lastSeen, at)]
  const key = bareKey(batch, issue)
  const keyHash = sha256(key)
  const event = { project, id: '', at: firstSeen, receivedAt: at, environment: '', release: null, service, level }
  const first: PackedEvent = {
    ...{ keyHash, title, culprit, formerKeyHash: null, trace: null, labels: [], isOfProbe: false },
    ...{ event: { ...event, user: null }, grouping: { key, because: ['no event of it was left to group by'] } },
    ...{ fact: new Uint8Array(), payload: null },
  }
  return {
    ...{ project, issueId: id, keyHash, first, level, environments: [], releases: [], firstSeen, lastSeen },
    ...{ firstRelease: null, lastRelease: null, events: 0, people: [], userNames: [], spread: [] },
  }
}

/** Each leads to the row of its event, unless something of here has it. */
async function noteOtherKeys(db: Kysely<Schema>, project: string, placements: readonly Placement[]): Promise<void> {
  const keys = placements.flatMap(({ reports }) =>
    reports.flatMap(({ otherKeys, row }) => otherKeys.map(key => ({ key, row: row.id }))),
  )
  if (keys.length === 0) return
  await sql`
    insert into gantry.issue_keys (project, key_hash, issue_id)
    select ${project}, key, row from unnest(${keys.map(({ key }) => key)}::text[], ${keys.map(({ row }) => row)}::text[])
      as added (key, row) on conflict do nothing`.execute(db)
}

function outcomes(batch: ImportBatch, placements: readonly Placement[]): ImportOutcome[] {
  const placed = new Map(placements.map(placement => [placement.issue.sourceId, placement]))
  return batch.issues.map(({ sourceId }) => {
    const placement = placed.get(sourceId)
    if (!placement) return { sourceId, became: 'known', number: null, reports: 0 }
    const { isNew, root, issue } = placement
    return { sourceId, became: isNew ? 'new' : 'joined', number: root.number, reports: issue.reports.length }
  })
}
