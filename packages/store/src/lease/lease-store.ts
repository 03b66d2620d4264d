import type { LeaseName, LeaseStore } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'

export function leaseStore(database: Database): LeaseStore {
  const db = database.kysely
  return {
    async claim(work, owner, ttlMs) {
      const taken = { owner, version: nextVersion, since: clock, until: after(ttlMs) }
      const row = await db
        .insertInto('gantry.leases')
        .values({ ...keyOf(work), ...taken })
        .onConflict(conflict =>
          conflict.columns(['project', 'kind', 'name']).doUpdateSet(taken).where('gantry.leases.until', '<=', clock),
        )
        .returning('version')
        .executeTakeFirst()
      return row ? { ...work, owner, version: row.version } : null
    },
    async renew(leases, ttlMs) {
      if (leases.length === 0) return []
      const versions = leases.map(({ version }) => version)
      const renewed = db.updateTable('gantry.leases').set({ until: after(ttlMs) })
      const rows = await renewed
        .where(sql<boolean>`version = any(${versions}::bigint[])`)
        .returning('version')
        .execute()
      return rows.map(({ version }) => version)
    },
    async release({ version }) {
      await db.deleteFrom('gantry.leases').where('version', '=', version).execute()
    },
    async releaseAll(owner) {
      const deleted = await db.deleteFrom('gantry.leases').where('owner', '=', owner).executeTakeFirst()
      return Number(deleted.numDeletedRows)
    },
    async held({ project, kind, owner } = {}) {
      let query = db.selectFrom('gantry.leases').selectAll().where('until', '>', clock)
      if (project !== undefined) query = query.where('project', '=', project ?? ofTheServer)
      if (kind !== undefined) query = query.where('kind', '=', kind)
      if (owner !== undefined) query = query.where('owner', '=', owner)
      const rows = await query.orderBy('version').execute()
      return rows.map(row => ({ ...row, project: row.project === ofTheServer ? null : row.project }))
    },
    async prune(olderThanMs) {
      const old = db.deleteFrom('gantry.leases').where('until', '<=', after(-olderThanMs))
      return Number((await old.executeTakeFirst()).numDeletedRows)
    },
  }
}

const ofTheServer = ''
const keyOf = ({ project, kind, name }: LeaseName) => ({ project: project ?? ofTheServer, kind, name })
const nextVersion = sql<number>`nextval('gantry.lease_versions')`
/** Not now(), which stands still in a transaction: a lease that waited for a lock would be shorter than it says. */
const clock = sql<string>`clock_timestamp()`
const after = (ms: number) => sql<string>`clock_timestamp() + ${ms} * interval '1 millisecond'`
