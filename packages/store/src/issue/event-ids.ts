import type { IssueStore } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import { dayOf } from './days.ts'

/** A day is a part of the table of its own, in which ids come in order by its index. What was merged is of the issue it is in now. */
export async function eventIds(
  { kysely: db }: Database,
  project: string,
  { from, after, limit }: Parameters<IssueStore['eventIds']>[1],
): ReturnType<IssueStore['eventIds']> {
  const [day = dayOf(from), id = ''] = after?.split('.') ?? []
  const { rows } = await sql<{ id: string; day: string; at: string; issue: number }>`
    select events.id, to_char(events.day, 'YYYY-MM-DD') as day, events.at, root.number as issue
    from gantry.kept_events as events join gantry.issues as own on own.id = events.issue_id
      join gantry.issues as root on root.id = coalesce(own.part_of, own.id)
    where events.project = ${project} and events.day >= ${day}::date and (events.day, events.id) > (${day}::date, ${id})
      and events.at >= ${from}
    order by events.day, events.id limit ${limit}`.execute(db)
  const last = rows.length === limit ? rows.at(-1) : undefined
  return {
    events: rows.map(({ id, at, issue }) => ({ id, at, issue })),
    next: last ? `${last.day}.${last.id}` : null,
  }
}
