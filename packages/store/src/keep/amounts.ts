import type { KeptAmount, KeptDay, KeptKind } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'

/** Items that have a limit of their own; every other is one of `items`. */
export const ownKinds: Readonly<Record<'attachments' | 'spans', readonly string[]>> = {
  attachments: ['attachment'],
  spans: ['span', 'transaction', 'profile'],
}

/** What is kept by day, of one project. */
export interface DayAmount {
  kind: KeptKind
  day: string
  count: number
  bytes: number | null
}

/** Of the days that are asked for; null: of all. Packed columns are not read for their sizes: they lie apart, and are not compressed again. */
export async function amountsByDay(
  { kysely: db }: Database,
  project: string,
  days: readonly string[] | null,
): Promise<DayAmount[]> {
  const own = days === null ? sql`project = ${project}` : sql`project = ${project} and day = any(${days}::date[])`
  const ofItem = sql`case when kind = any(${ownKinds.attachments}::text[]) then 'attachments'
    when kind = any(${ownKinds.spans}::text[]) then 'spans' else 'items' end`
  const { rows } = await sql<{ kind: KeptKind; day: string; count: string; bytes: string | null }>`
    with sent as (select day, sum(octet_length(packed)) as bytes from gantry.payloads where ${own} group by day),
      counted as (select day, count(*) as count from gantry.kept_events where ${own} group by day)
    select 'events' as kind, day::text, coalesce(counted.count, 0) as count, coalesce(sent.bytes, 0) as bytes
    from counted full join sent using (day)
    union all
    select ${ofItem}, day::text, count(*), sum(octet_length(packed)) from gantry.kept_items where ${own} group by 1, 2
    union all
    select 'sessions', day::text, count(*), null from gantry.kept_sessions where ${own} group by day
    order by 2, 1`.execute(db)
  return rows.map(({ kind, day, count, bytes }) => {
    return { kind, day, count: Number(count), bytes: bytes === null ? null : Number(bytes) }
  })
}

/** Everything that goes together, day by day, as `goingDays` takes it. */
export function daysOf(amounts: readonly DayAmount[]): Pick<KeptDay, 'day' | 'bytes'>[] {
  const bytes = new Map<string, number>()
  for (const amount of amounts) bytes.set(amount.day, (bytes.get(amount.day) ?? 0) + (amount.bytes ?? 0))
  return [...bytes].map(([day, sum]) => ({ day, bytes: sum })).toSorted((a, b) => (a.day < b.day ? -1 : 1))
}

/** Sums of the days of each kind. */
export function sumsOf(amounts: readonly DayAmount[], kinds: readonly KeptKind[]): KeptAmount[] {
  return kinds.map(kind => {
    const own = amounts.filter(amount => amount.kind === kind && amount.count > 0)
    const sizes = own.flatMap(({ bytes }) => bytes ?? [])
    return {
      kind,
      count: own.reduce((sum, { count }) => sum + count, 0),
      bytes: kind === 'sessions' ? null : sizes.reduce((sum, bytes) => sum + bytes, 0),
      since: own[0] ? `${own[0].day}T00:00:00.000Z` : null,
    }
  })
}
