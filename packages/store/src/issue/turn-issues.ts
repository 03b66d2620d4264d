import { isOverdue, isRegression, type Mute, type ReleaseAge, type Resolution, type TurnKind } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import { indexable } from '../alert/traffic.ts'
import type { Schema } from '../database/schema.ts'
import { storableJson } from '../database/values.ts'
import { groupKey, type Issues, type SavedIssue } from './issue-groups.ts'
import type { PackedEvent } from './packed-event.ts'

export type Turns = ReadonlyMap<string, TurnKind>

interface Turn {
  root: SavedIssue['root']
  kind: TurnKind
  of: PackedEvent
}

/**
 * Notices which issues are new, came back, or are silent no longer, and notes it for the rules. Costs nothing for the usual event, whose
 * issue is known and open. Answers what each turned, by its id.
 */
export async function turnIssues(db: Kysely<Schema>, fresh: PackedEvent[], issues: Issues): Promise<Turns> {
  const byRoot = new Map<string, { root: SavedIssue['root']; events: PackedEvent[] }>()
  for (const item of fresh) {
    const root = issues.get(groupKey(item))?.root
    if (!root || root.state === 'open' || root.state === 'archived') continue
    if (root.state === 'muted' && !root.isMutedUntil) continue
    const known = byRoot.get(root.id)
    if (known) known.events.push(item)
    else byRoot.set(root.id, { root, events: [item] })
  }
  if (byRoot.size === 0) return new Map()
  const of = (state: SavedIssue['root']['state']) => [...byRoot.values()].filter(({ root }) => root.state === state)
  const turns: Turn[] = of('unknown').flatMap(({ root, events: [first] }) =>
    first ? [{ root, kind: 'new', of: first }] : [],
  )
  turns.push(...(await comeBack(db, of('resolved'))), ...(await silentNoLonger(db, of('muted'))))
  await open(db, turns)
  await noteTurns(db, turns)
  return new Map(turns.map(({ root, kind }) => [root.id, kind]))
}

type Resting = { root: SavedIssue['root']; events: PackedEvent[] }[]

async function comeBack(db: Kysely<Schema>, resting: Resting): Promise<Turn[]> {
  if (resting.length === 0) return []
  const ids = resting.map(({ root }) => root.id)
  const { rows } = await sql<{ id: string; project: string; resolution: Resolution | null }>`
    select id, project, resolution from gantry.issues where id = any(${ids}::text[])`.execute(db)
  const names = rows.flatMap(({ project, resolution }) =>
    resolution?.release ? [{ project, name: resolution.release }] : [],
  )
  const met = resting.flatMap(({ events }) =>
    events.flatMap(({ event }) => (event.release === null ? [] : [{ project: event.project, name: event.release }])),
  )
  const ages = await releaseAges(db, [...names, ...met])
  return resting.flatMap(({ root, events }) => {
    const row = rows.find(({ id }) => id === root.id)
    const first = events.find(({ event }) => {
      // Resolved by a version that noted no more than that.
      if (!row?.resolution) return true
      const age = (name: string | null) => (name === null ? null : (ages.get(`${row.project}\n${name}`) ?? null))
      return isRegression(row.resolution, age(row.resolution.release), { at: event.at, release: age(event.release) })
    })
    return first ? [{ root, kind: 'regressed' as const, of: first }] : []
  })
}

/** By project and name, with a line break between. */
export async function releaseAges(
  db: Kysely<Schema>,
  asked: readonly { project: string; name: string }[],
): Promise<ReadonlyMap<string, ReleaseAge>> {
  if (asked.length === 0) return new Map()
  // A batch of many events is of few releases.
  const once = [...new Map(asked.map(one => [`${one.project}\n${one.name}`, one])).values()]
  const { rows } = await sql<ReleaseAge & { project: string }>`
    select asked.project, asked.name, releases.created_at as "madeAt",
      least(
        (select min(first_at) from gantry.issue_releases as met
          where met.project = asked.project and met.release = asked.short),
        (select created_at from gantry.named_releases as named
          where named.project = asked.project and named.version = asked.name)) as "seenAt"
    from unnest(${once.map(({ project }) => project)}::text[], ${once.map(({ name }) => name)}::text[],
      ${once.map(({ name }) => indexable(name))}::text[]) as asked (project, name, short)
    left join gantry.releases on releases.project = asked.project and releases.id = asked.name`.execute(db)
  return new Map(rows.map(({ project, ...age }) => [`${project}\n${age.name}`, age]))
}

async function silentNoLonger(db: Kysely<Schema>, resting: Resting): Promise<Turn[]> {
  const turns: Turn[] = []
  for (const { root, events } of resting) {
    const last = events.at(-1)
    if (!last) continue
    const now = last.event.receivedAt
    const { rows } = await sql<{ mute: Mute; events: number; parts: string[] }>`
      select (array_agg(mute) filter (where id = ${root.id}))[1] as mute, sum(events)::bigint as events, array_agg(id) as parts
      from gantry.issues where id = ${root.id} or part_of = ${root.id}`.execute(db)
    const [row] = rows
    if (!row?.mute) continue
    const eventsWithin = row.mute.rate && (await countWithin(db, row.parts, row.mute.rate, now))
    if (isOverdue(row.mute, { now, events: row.events, eventsWithin })) turns.push({ root, kind: 'woken', of: last })
  }
  return turns
}

/** Counts no further than it has to. */
async function countWithin(
  db: Kysely<Schema>,
  parts: string[],
  { events, overMs }: { events: number; overMs: number },
  now: string,
): Promise<number> {
  const since = new Date(Math.max(0, Date.parse(now) - overMs)).toISOString()
  const { rows } = await sql<{ count: number }>`
    select count(*) from (select from gantry.kept_events where issue_id = any(${parts}::text[]) and at > ${since}
      limit ${events}) as counted`.execute(db)
  return rows[0]?.count ?? 0
}

async function open(db: Kysely<Schema>, turns: Turn[]): Promise<void> {
  const rested = turns.filter(({ kind }) => kind !== 'new')
  if (rested.length === 0) return
  await sql`
    update gantry.issues set state = 'open', resolution = null, mute = null, version = version + 1,
      regressed_at = case when turned.kind = 'regressed' then turned.at else regressed_at end
    from unnest(${rested.map(({ root }) => root.id)}::text[], ${rested.map(({ kind }) => kind)}::text[],
      ${rested.map(({ of }) => of.event.receivedAt)}::timestamptz[]) as turned (id, kind, at)
    where issues.id = turned.id`.execute(db)
}

async function noteTurns(db: Kysely<Schema>, turns: Turn[]): Promise<void> {
  if (turns.length === 0) return
  const rows = turns.map(({ root, kind, of: { event } }) => {
    const { id, environment, service, release, level } = event
    const body = { by: null, text: null, event: id, environment, service, release, level }
    return { project: event.project, issue_id: root.id, at: event.receivedAt, kind, body }
  })
  await sql`
    insert into gantry.issue_acts (project, issue_id, at, kind, body, told)
    select project, issue_id, at, kind, body, 'waiting' from jsonb_to_recordset(${storableJson(rows)}::jsonb)
      as added (project text, issue_id text, at timestamptz, kind text, body jsonb)`.execute(db)
}
