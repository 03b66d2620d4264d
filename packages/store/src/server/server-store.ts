import type { ServerStore } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'

/** One row, by the clock of the database: those of two servers may differ by more than a beat. */
export function serverStore(database: Database): ServerStore {
  const db = database.kysely
  return {
    async claim({ id, host, machine, pid }, { staleAfterMs, evict }) {
      const own = { place: 'the only one', id, host, machine, pid, address: null }
      const claimed = await db
        .insertInto('gantry.servers')
        .values({ ...own, started_at: now, beat_at: now })
        .onConflict(conflict =>
          conflict
            .column('place')
            .doUpdateSet({ id, host, machine, pid, address: null, started_at: now, beat_at: now })
            .where(eb =>
              eb.or([
                eb('gantry.servers.id', 'in', evict === undefined ? [id] : [id, evict]),
                eb('gantry.servers.beat_at', '<=', sql<string>`now() - ${staleAfterMs} * interval '1 millisecond'`),
              ]),
            ),
        )
        .returning('id')
        .executeTakeFirst()
      if (claimed) return null
      const holder = await db
        .selectFrom('gantry.servers')
        .select(['id', 'host', 'machine', 'pid', 'address', 'started_at', 'beat_at'])
        .select(sql<number>`extract(epoch from now() - beat_at)::float8 * 1000`.as('silent_ms'))
        .executeTakeFirst()
      // Released between the two questions.
      if (!holder) return this.claim({ id, host, machine, pid }, { staleAfterMs, evict })
      const { started_at: startedAt, beat_at: lastBeatAt, silent_ms: silentMs, ...rest } = holder
      return { ...rest, startedAt, lastBeatAt, silentMs }
    },
    async beat(id, address) {
      const beaten = db.updateTable('gantry.servers').set({ beat_at: now, address }).where('id', '=', id)
      return (await beaten.executeTakeFirst()).numUpdatedRows > 0n
    },
    async release(id) {
      await db.deleteFrom('gantry.servers').where('id', '=', id).execute()
    },
  }
}

const now = sql<string>`now()`
