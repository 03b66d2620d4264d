import type { IssueStore } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import { isHexId, traceNumber } from './packed-event.ts'
import { factsOf, type KeptRow, keptColumns } from './read-facts.ts'

/** By the first half of the trace id; the rest is compared in what is read, so that `total` may count a stranger of the same half. */
export async function eventsOfTrace(
  { kysely: db }: Database,
  project: string,
  traceId: string,
  limit: number,
): ReturnType<IssueStore['ofTrace']> {
  if (!isHexId.test(traceId)) return { events: [], total: 0 }
  const columns = sql.join(keptColumns.map(name => sql.ref(`events.${name}`)))
  const { rows } = await sql<KeptRow & { event_id: string; issue: number; total: number }>`
    select ${columns}, events.id as event_id, root.number as issue, count(*) over () as total
    from gantry.kept_events as events join gantry.issues as own on own.id = events.issue_id
      join gantry.issues as root on root.id = coalesce(own.part_of, own.id)
    where events.project = ${project} and events.trace = ${traceNumber(traceId)}
    order by events.at, events.id limit ${limit}`.execute(db)
  const numbers = new Map(rows.map(({ event_id: id, issue }) => [id, issue]))
  const events = (await factsOf(db, rows))
    .filter(event => event.traceId?.toLowerCase() === traceId.toLowerCase())
    .map(event => ({ issue: numbers.get(event.id) ?? 0, event }))
  return { events, total: Math.max(events.length, (rows[0]?.total ?? 0) - (rows.length - events.length)) }
}
