import type { ClientSessionStore, SessionCell, SessionFact, SessionHealth, SessionSum } from '@gantry/core'
import { sql } from 'kysely'
import { indexable } from '../alert/traffic.ts'
import type { Database } from '../database/opened-database.ts'
import { dayOf, makeRoomFor } from '../issue/days.ts'
import { sha256 } from '../issue/sha256.ts'

/** What clients say of their sessions; those of people who sign in are elsewhere. */
export function clientSessionStore(database: Database): ClientSessionStore {
  return {
    record: sessions => record(database, sessions),
    health: (project, query) => health(database, project, query),
    ofRelease: (project, query) => ofRelease(database, project, query),
    begun: (project, query) => begun(database, project, query),
  }
}

async function record(database: Database, told: readonly SessionFact[]): Promise<void> {
  const sessions = [...Map.groupBy(told, session => `${session.project}\n${session.id}\n${partOf(session)}`).values()]
    .map(joined)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  if (sessions.length === 0) return
  await makeRoomFor(database, sessions.map(partOf))
  const column = <K extends keyof SessionFact>(name: K) => sessions.map(session => session[name])
  await sql`
    insert into gantry.kept_sessions as known
      (project, id, day, at, kind, environment, release, person_hash, quantity, errored, crashed, abnormal)
    select * from unnest(
      ${column('project')}::text[], ${column('id')}::text[], ${sessions.map(partOf)}::date[],
      ${column('startedAt')}::timestamptz[], ${column('kind')}::text[], ${column('environment')}::text[],
      ${sessions.map(({ release }) => indexable(release))}::text[],
      ${sessions.map(({ person }) => (person === null ? null : sha256(person)))}::text[],
      ${column('quantity')}::bigint[], ${column('errored')}::bigint[], ${column('crashed')}::bigint[],
      ${column('abnormal')}::bigint[])
    on conflict (project, id, day) do update set
      person_hash = coalesce(known.person_hash, excluded.person_hash),
      quantity = greatest(known.quantity, excluded.quantity),
      crashed = greatest(known.crashed, excluded.crashed),
      abnormal = greatest(known.abnormal, excluded.abnormal),
      errored = case when greatest(known.crashed, excluded.crashed, known.abnormal, excluded.abnormal) > 0 then 0
        else greatest(known.errored, excluded.errored) end`.execute(database.kysely)
}

/** The day it began; one that goes on for longer is told of in the part of yesterday, beside the row it began with. */
function partOf({ startedAt, receivedAt }: SessionFact): string {
  const yesterday = dayOf(new Date(Date.parse(receivedAt) - 86_400_000).toISOString())
  const began = dayOf(startedAt)
  return [began, yesterday].toSorted().at(-1) ?? began
}

/** A statement changes a row once: what is told twice of a session in one request is joined before. */
function joined(told: SessionFact[]): SessionFact {
  const [first] = told
  if (!first) throw new Error('a group is never empty')
  const most = (name: 'quantity' | 'errored' | 'crashed' | 'abnormal') => Math.max(...told.map(each => each[name]))
  const [crashed, abnormal] = [most('crashed'), most('abnormal')]
  const person = told.find(each => each.person !== null)?.person ?? null
  const errored = crashed + abnormal > 0 && first.kind === 'application' ? 0 : most('errored')
  return { ...first, person, quantity: most('quantity'), crashed, abnormal, errored }
}

const counted = sql`sum(quantity)::bigint as sessions, sum(errored)::bigint as errored, sum(crashed)::bigint as crashed,
  sum(abnormal)::bigint as abnormal, count(distinct person_hash) as people,
  count(distinct person_hash) filter (where crashed > 0) as "peopleWithCrash"`

async function health(
  { kysely: db }: Database,
  project: string,
  { from, release }: { from: string; release?: string },
): Promise<SessionHealth[]> {
  const one = release === undefined ? sql`` : sql`and release = ${indexable(release)}`
  const { rows } = await sql<SessionHealth>`
    select release, environment, kind, ${counted}
    from gantry.kept_sessions
    where project = ${project} and day >= ${dayOf(from)}::date and at >= ${from} ${one}
    group by 1, 2, 3 order by 4 desc, 1, 2, 3`.execute(db)
  return rows
}

async function ofRelease(
  { kysely: db }: Database,
  project: string,
  { names, from, until, bucketMs }: Parameters<ClientSessionStore['ofRelease']>[1],
) {
  const own = sql`from gantry.kept_sessions
    where project = ${project} and release = any(${names.map(indexable)}::text[]) and day >= ${dayOf(from)}::date
      and at >= ${from} and at < ${until}`
  const { rows: sums } = await sql<SessionSum>`
    select environment, kind, ${counted} ${own} group by 1, 2 order by 3 desc, 1, 2`.execute(db)
  const { rows: cells } = await sql<SessionCell>`
    select floor(extract(epoch from at - ${from}::timestamptz) * 1000 / ${bucketMs}::float8)::int as bucket, environment, kind,
      sum(quantity)::bigint as sessions, sum(crashed)::bigint as crashed
    ${own} group by 1, 2, 3 order by 1, 2, 3`.execute(db)
  return { sums, cells }
}

async function begun({ kysely: db }: Database, project: string, { from, until }: { from: string; until: string }) {
  const { rows } = await sql<{ environment: string; kind: SessionHealth['kind']; sessions: number }>`
    select environment, kind, sum(quantity)::bigint as sessions from gantry.kept_sessions
    where project = ${project} and day >= ${dayOf(from)}::date and at >= ${from} and at < ${until}
    group by 1, 2 order by 1, 2`.execute(db)
  return rows
}
