import type { IngestKey, IngestKeyStore } from '@gantry/core'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'

type Row = Selectable<Schema['gantry.ingest_keys']>

export function ingestKeyStore(database: Database): IngestKeyStore {
  const db = database.kysely
  const find = () => db.selectFrom('gantry.ingest_keys').selectAll()
  const one = (project: string, id: string) =>
    db.updateTable('gantry.ingest_keys').where('project', '=', project).where('id', '=', id)
  return {
    async list(project) {
      const rows = find().where('project', '=', project)
      return (await rows.orderBy('service').orderBy('created_at', 'desc').orderBy('id').execute()).map(keyOf)
    },
    async find(key) {
      const row = await db
        .selectFrom('gantry.ingest_keys')
        .innerJoin('gantry.projects', 'gantry.projects.name', 'gantry.ingest_keys.project')
        .selectAll('gantry.ingest_keys')
        .select('gantry.projects.number')
        .where('key', '=', key)
        .executeTakeFirst()
      return row ? { ...keyOf(row), projectNumber: row.number } : null
    },
    async own(project, service) {
      const own = find().where('project', '=', project).where('is_own', '=', true)
      const row = await own.where(sql`coalesce(service, '')`, '=', service ?? '').executeTakeFirst()
      return row ? keyOf(row) : null
    },
    add: key => insert(db, [key]),
    async ensure(keys) {
      if (keys.length === 0) return
      const rows = db.insertInto('gantry.ingest_keys').values(keys.map(rowOf))
      await rows.onConflict(conflict => conflict.doNothing()).execute()
    },
    rotate: (project, id, next, { rotatedAt, worksUntil }) =>
      database.transaction(async transaction => {
        const former = transaction
          .updateTable('gantry.ingest_keys')
          .set({ rotated_at: rotatedAt, works_until: worksUntil, is_own: false })
          .where('project', '=', project)
          .where('id', '=', id)
          .where('rotated_at', 'is', null)
          .where('revoked_at', 'is', null)
        if ((await former.executeTakeFirst()).numUpdatedRows === 0n) return false
        await insert(transaction, [next])
        return true
      }),
    async change(project, id, { origins, perMinute }) {
      const changed = one(project, id).set({ origins, per_minute: perMinute }).where('revoked_at', 'is', null)
      return (await changed.executeTakeFirst()).numUpdatedRows > 0n
    },
    async revoke(project, id, at) {
      const revoked = one(project, id).set({ revoked_at: at, is_own: false }).where('revoked_at', 'is', null)
      return (await revoked.executeTakeFirst()).numUpdatedRows > 0n
    },
    async used(uses) {
      if (uses.length === 0) return
      await sql`
        update gantry.ingest_keys set last_used_at = greatest(last_used_at, used.at)
        from unnest(${uses.map(({ id }) => id)}::text[], ${uses.map(({ at }) => at)}::timestamptz[]) as used (id, at)
        where ingest_keys.id = used.id`.execute(db)
    },
  }
}

async function insert(db: Kysely<Schema>, keys: IngestKey[]): Promise<void> {
  await db.insertInto('gantry.ingest_keys').values(keys.map(rowOf)).execute()
}

const keyOf = (row: Row): IngestKey => ({
  id: row.id,
  project: row.project,
  service: row.service,
  kind: row.kind,
  key: row.key,
  origins: row.origins,
  perMinute: row.per_minute,
  isOwn: row.is_own,
  madeBy: row.made_by,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  rotatedAt: row.rotated_at,
  worksUntil: row.works_until,
  revokedAt: row.revoked_at,
})

const rowOf = (key: IngestKey): Row => ({
  id: key.id,
  project: key.project,
  service: key.service,
  kind: key.kind,
  key: key.key,
  origins: key.origins,
  per_minute: key.perMinute,
  is_own: key.isOwn,
  made_by: key.madeBy,
  created_at: key.createdAt,
  last_used_at: key.lastUsedAt,
  rotated_at: key.rotatedAt,
  works_until: key.worksUntil,
  revoked_at: key.revokedAt,
})
