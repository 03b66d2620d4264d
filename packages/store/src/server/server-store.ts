import type { ServerStore } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'

export function serverStore(database: Database): ServerStore {
  const db = database.kysely
  return {
    async beat(server) {
      const { role, address } = server
      await db
        .insertInto('gantry.server_processes')
        .values({ ...server, started_at: clock, beat_at: clock })
        .onConflict(conflict => conflict.column('id').doUpdateSet({ role, address, beat_at: clock }))
        .execute()
    },
    async list() {
      const rows = await db
        .selectFrom('gantry.server_processes')
        .selectAll()
        .select(sql<number>`extract(epoch from clock_timestamp() - beat_at)::float8 * 1000`.as('silent_ms'))
        .orderBy('started_at')
        .orderBy('id')
        .execute()
      return rows.map(({ started_at: startedAt, silent_ms: silentMs, beat_at: _, ...server }) => {
        return { ...server, startedAt, silentMs }
      })
    },
    async remove(id) {
      await db.deleteFrom('gantry.server_processes').where('id', '=', id).execute()
    },
  }
}

const clock = sql<string>`clock_timestamp()`
