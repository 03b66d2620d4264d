import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'

/** What a day that is too old is dropped of, see `add_day` of the migrations. */
export const tablesByDay = ['kept_events', 'payloads', 'kept_items', 'kept_sessions'] as const

/** Days that have their parts, as this process knows. */
const known = new WeakMap<object, Set<string>>()

/** @example dayOf('2026-11-27T10:00:00.000Z') // '2026-11-27' */
export const dayOf = (instant: string): string => instant.slice(0, 10)

/**
 * Makes room for what arrives on these days. Costs a statement on the first use of a day and nothing after that.
 * Outside of the transaction that writes: it locks the tables against all others until it ends.
 */
export async function makeRoomFor(database: Pick<Database, 'transaction' | 'kysely'>, days: Iterable<string>) {
  const there = known.get(database.kysely) ?? new Set<string>()
  known.set(database.kysely, there)
  for (const day of new Set(days)) {
    if (there.has(day)) continue
    await database.transaction(async transaction => {
      await sql`select gantry.add_day(${day}::date)`.execute(transaction)
    })
    there.add(day)
  }
}
