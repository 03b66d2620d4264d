import type { IssueStore } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import { dayOf } from './days.ts'

/** By the index, of each part as many as are asked for: an issue may have a million events. */
export async function newestTimes(
  { kysely: db }: Pick<Database, 'kysely'>,
  project: string,
  numbers: readonly number[],
  { since, limit }: Parameters<IssueStore['newestTimes']>[2],
): ReturnType<IssueStore['newestTimes']> {
  const { rows } = await sql<{ number: number; at: string }>`
    with asked as (select id, number from gantry.issues
        where project = ${project} and number = any(${numbers}::bigint[]) and part_of is null),
      parts as (select number, id from asked
        union all select asked.number, issues.id from asked join gantry.issues on issues.part_of = asked.id)
    select parts.number, newest.at from parts cross join lateral (
      select at from gantry.kept_events as events where events.issue_id = parts.id and events.day >= ${dayOf(since)}::date
        and events.at >= ${since} order by at desc limit ${limit}) as newest
    order by newest.at desc`.execute(db)
  const times = Map.groupBy(rows, ({ number }) => number)
  return new Map([...times].map(([number, all]) => [number, all.slice(0, limit).map(({ at }) => at)]))
}
