import type { TryStore } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'

export function tryStore(database: Database): TryStore {
  const db = database.kysely
  return {
    async count(key, windowMs) {
      const { rows } = await sql<{ tries: number; leftMs: number }>`
        insert into gantry.sign_in_tries as known (key, tries, until)
        values (${key}, 1, clock_timestamp() + ${windowMs} * interval '1 millisecond')
        on conflict (key) do update set
          tries = case when known.until <= clock_timestamp() then 1 else known.tries + 1 end,
          until = case when known.until <= clock_timestamp() then excluded.until else known.until end
        returning tries, extract(epoch from until - clock_timestamp())::float8 * 1000 as "leftMs"`.execute(db)
      return rows[0] ?? { tries: 1, leftMs: windowMs }
    },
    async takeBack(key) {
      const tries = sql<number>`greatest(tries - 1, 0)`
      await db.updateTable('gantry.sign_in_tries').set({ tries }).where('key', '=', key).execute()
    },
    async forget(key) {
      await db.deleteFrom('gantry.sign_in_tries').where('key', '=', key).execute()
    },
    async prune() {
      const over = sql<boolean>`until <= clock_timestamp()`
      await db.deleteFrom('gantry.sign_in_tries').where(over).execute()
    },
  }
}
