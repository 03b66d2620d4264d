import type { SealedSecret, SecretStore, ValuePlace, VariableStore } from '@gantry/core'
import { type Selectable, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'

export function secretStore(database: Database): SecretStore {
  const db = database.kysely
  return {
    async list(project) {
      const all = db.selectFrom('gantry.secrets').selectAll().where('project', '=', project)
      return (await all.orderBy('environment').orderBy('name').execute()).map(secretOf)
    },
    async save({ keyId, sealed, isForAnyBranch, updatedAt, updatedBy, ...place }) {
      const kept = {
        key_id: keyId,
        sealed,
        any_branch: isForAnyBranch,
        updated_at: updatedAt,
        updated_by: updatedBy,
      }
      await db
        .insertInto('gantry.secrets')
        .values({ ...rowOf(place), ...kept, version: 1 })
        .onConflict(conflict =>
          conflict
            .columns(['project', 'environment', 'name'])
            .doUpdateSet({ ...kept, version: sql<number>`gantry.secrets.version + 1` }),
        )
        .execute()
    },
    async remove(place) {
      const { project, environment, name } = rowOf(place)
      const removed = db
        .deleteFrom('gantry.secrets')
        .where('project', '=', project)
        .where('environment', '=', environment)
        .where('name', '=', name)
      return (await removed.executeTakeFirst()).numDeletedRows > 0n
    },
    async sealedBy() {
      const counted = db
        .selectFrom('gantry.secrets')
        .select(['key_id', eb => eb.fn.countAll<number>().as('secrets')])
        .groupBy('key_id')
      const rows = await counted.orderBy('key_id').execute()
      return rows.map(({ key_id: keyId, secrets }) => ({ keyId, secrets: Number(secrets) }))
    },
    async notSealedBy(keyIds, limit) {
      const others = db.selectFrom('gantry.secrets').selectAll().where('key_id', 'not in', keyIds)
      const ordered = others.orderBy('project').orderBy('environment').orderBy('name')
      return (await ordered.limit(limit).execute()).map(secretOf)
    },
    async reseal({ version, ...place }, { keyId, sealed }) {
      const { project, environment, name } = rowOf(place)
      const changed = db
        .updateTable('gantry.secrets')
        .set({ key_id: keyId, sealed, version: version + 1 })
        .where('project', '=', project)
        .where('environment', '=', environment)
        .where('name', '=', name)
        .where('version', '=', version)
      return (await changed.executeTakeFirst()).numUpdatedRows > 0n
    },
  }
}

export function variableStore(database: Database): VariableStore {
  const db = database.kysely
  return {
    async list(project) {
      const all = db.selectFrom('gantry.variables').selectAll().where('project', '=', project)
      const rows = await all.orderBy('environment').orderBy('name').execute()
      return rows.map(row => ({
        ...placeOf(row),
        value: row.value,
        updatedAt: row.updated_at,
        updatedBy: row.updated_by,
      }))
    },
    async save({ value, updatedAt, updatedBy, ...place }) {
      const kept = { value, updated_at: updatedAt, updated_by: updatedBy }
      await db
        .insertInto('gantry.variables')
        .values({ ...rowOf(place), ...kept })
        .onConflict(conflict => conflict.columns(['project', 'environment', 'name']).doUpdateSet(kept))
        .execute()
    },
    async remove(place) {
      const { project, environment, name } = rowOf(place)
      const removed = db
        .deleteFrom('gantry.variables')
        .where('project', '=', project)
        .where('environment', '=', environment)
        .where('name', '=', name)
      return (await removed.executeTakeFirst()).numDeletedRows > 0n
    },
  }
}

/** A key of a table has no null in it: no environment is the empty one. */
const rowOf = ({ project, environment, name }: ValuePlace) => ({ project, environment: environment ?? '', name })

const placeOf = (row: { project: string; environment: string; name: string }): ValuePlace => ({
  project: row.project,
  environment: row.environment === '' ? null : row.environment,
  name: row.name,
})

const secretOf = (row: Selectable<Schema['gantry.secrets']>): SealedSecret => ({
  ...placeOf(row),
  keyId: row.key_id,
  sealed: row.sealed,
  isForAnyBranch: row.any_branch,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
  version: row.version,
})
