import { isPreview, type Notice, type TurnKind, type UntoldTurn } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { addNotices } from '../incident/outbox-store.ts'
import type { ActBody } from './event-tables.ts'
import { noteActs } from './life-rows.ts'
import type { IssueRow } from './whole-issue.ts'

export async function untoldTurns(db: Kysely<Schema>, project: string, limit: number): Promise<UntoldTurn[]> {
  const { rows } = await sql<Waiting>`
    select root.*, newest.level, newest.service, newest.environments, acts.id as act, acts.kind as turn, acts.at, acts.body
    from gantry.issue_acts as acts join gantry.issues on issues.id = acts.issue_id
    join gantry.issues as root on root.id = coalesce(issues.part_of, issues.id)
    cross join lateral (select level, service, environments from gantry.issues as part
      where part.id = root.id or part.part_of = root.id order by part.last_seen desc limit 1) as newest
    where acts.project = ${project} and acts.told = 'waiting' order by acts.id limit ${limit}`.execute(db)
  return rows.map(({ act, turn, at, body, id, number, title, culprit, level, state, events, people, ...row }) => ({
    ...{ act: String(act), kind: turn, at },
    issue: { id, number, title, culprit, level: body.level ?? level, state, events, people },
    event: body.event ?? null,
    environment: body.environment ?? row.environments.find(one => !isPreview(one)) ?? row.environments[0] ?? '',
    service: body.service ?? row.service,
    release: body.release ?? null,
  }))
}

/** Level, service and environments are those of the part that was met last. */
type Waiting = IssueRow & { act: number; turn: TurnKind; at: string; body: ActBody }

export async function toldSince(db: Kysely<Schema>, project: string, since: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from gantry.issue_acts where project = ${project} and told = 'own' and at >= ${since}`.execute(db)
  return rows[0]?.count ?? 0
}

/** Whoever marks them first tells of them: two servers that saw the same send one word. */
export async function tellTurns(
  db: Kysely<Schema>,
  project: string,
  turns: readonly { act: string; told: string }[],
  notices: readonly { channel: string; notice: Notice }[],
): Promise<boolean> {
  const ids = turns.map(({ act }) => Number(act))
  const { rows } = await sql`
    select id from gantry.issue_acts where id = any(${ids}::bigint[]) and project = ${project} and told = 'waiting'
    order by id for update`.execute(db)
  if (rows.length < turns.length) return false
  await sql`
    update gantry.issue_acts as acts set told = marked.told
    from unnest(${ids}::bigint[], ${turns.map(({ told }) => told)}::text[]) as marked (id, told)
    where acts.id = marked.id`.execute(db)
  await addNotices(
    db,
    notices.map(notice => ({ project, ...notice })),
    null,
  )
  return true
}

/** When a silence ends; null for what no clock of a database reads, which must not stop the others. Cast only where it can be. */
const mutedUntil = sql<string | null>`
  case when mute->>'until' ~ '^[1-9][0-9]{3}-[0-9T:.-]+Z$' then (mute->>'until')::timestamptz end`

/** Their events may have stopped, and who asked for silence until Monday looks for them on Monday. */
export async function wakeMuted(db: Kysely<Schema>, project: string, now: string): Promise<number[]> {
  const { rows } = await sql<{ id: string; number: number }>`
    update gantry.issues set state = 'open', mute = null, version = version + 1
    where project = ${project} and state = 'muted' and mute is not null and part_of is null
      and ${mutedUntil} <= ${now}::timestamptz returning id, number`.execute(db)
  await noteActs(
    db,
    project,
    rows.map(({ id }) => ({ id, kind: 'woken', at: now, body: { by: null, text: null }, told: 'waiting' })),
  )
  return rows.map(({ number }) => number)
}

export async function nextWake(db: Kysely<Schema>, project: string): Promise<string | null> {
  const { rows } = await sql<{ at: string | null }>`
    select min(${mutedUntil}) as at from gantry.issues
    where project = ${project} and state = 'muted' and mute is not null and part_of is null`.execute(db)
  return rows[0]?.at ?? null
}
