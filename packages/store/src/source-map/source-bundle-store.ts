import type { FoundMapEntry, SourceBundle, SourceBundleStore } from '@gantry/core'
import { type Selectable, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'

/** Maps of one release that are looked at; a build makes hundreds. */
const mostMaps = 20_000

export function sourceBundleStore(database: Database): SourceBundleStore {
  const db = database.kysely
  const maps = (project: string) =>
    db
      .selectFrom('gantry.source_maps as maps')
      .innerJoin('gantry.source_bundles as bundles', 'bundles.id', 'maps.bundle_id')
      .select(['maps.bundle_id as bundle', 'maps.entry', 'maps.url', 'maps.debug_id as debugId'])
      .where('maps.project', '=', project)
      .orderBy('bundles.uploaded_at', 'desc')
      .orderBy('bundles.id')
      .limit(mostMaps)
  const one = (project: string, { checksum, release }: Pick<SourceBundle, 'checksum' | 'release'>) =>
    db
      .updateTable('gantry.source_bundles')
      .where('project', '=', project)
      .where('checksum', '=', checksum)
      .where(sql<boolean>`coalesce(release, '') = ${release ?? ''}`)
  return {
    add: (bundle, added) => add(database, bundle, added),
    async touch(project, bundle, at) {
      return (await one(project, bundle).set({ uploaded_at: at }).executeTakeFirst()).numUpdatedRows > 0n
    },
    byDebugIds: (project, debugIds): Promise<FoundMapEntry[]> =>
      maps(project)
        .where(sql<boolean>`maps.debug_id = any(${[...debugIds]}::text[])`)
        .execute(),
    ofRelease: (project, release) => maps(project).where('bundles.release', '=', release).execute(),
    async used(project, id, at) {
      await db
        .updateTable('gantry.source_bundles')
        .set({ used_at: at })
        .where('project', '=', project)
        .where('id', '=', id)
        .execute()
    },
    async list(project) {
      const rows = db.selectFrom('gantry.source_bundles').selectAll().where('project', '=', project)
      return (await rows.orderBy('uploaded_at', 'desc').orderBy('id').execute()).map(bundleOf)
    },
    async bytesOf(project) {
      const sum = db.selectFrom('gantry.source_bundles').where('project', '=', project)
      const row = await sum.select(sql<number>`coalesce(sum(bytes), 0)::bigint`.as('bytes')).executeTakeFirst()
      return row?.bytes ?? 0
    },
    remove: (project, id, before) =>
      database.transaction(async transaction => {
        const bundles = transaction.deleteFrom('gantry.source_bundles').where('project', '=', project)
        const unused = bundles.where('id', '=', id).where('uploaded_at', '<', before).where('used_at', '<', before)
        if ((await unused.executeTakeFirst()).numDeletedRows === 0n) return false
        const maps = transaction.deleteFrom('gantry.source_maps').where('project', '=', project)
        await maps.where('bundle_id', '=', id).execute()
        return true
      }),
  }
}

async function add(database: Database, bundle: SourceBundle, maps: Parameters<SourceBundleStore['add']>[1]) {
  return database.transaction(async transaction => {
    const { id, project, checksum, release, dist, bytes, by } = bundle
    const row = { id, project, checksum, release, dist, bytes, by }
    // In one: between a look and a touch it could be pruned.
    const kept = await transaction
      .insertInto('gantry.source_bundles')
      .values({ ...row, uploaded_at: bundle.uploadedAt, used_at: bundle.usedAt })
      .onConflict(conflict =>
        conflict
          .expression(sql`project, checksum, coalesce(release, '')`)
          .doUpdateSet({ uploaded_at: bundle.uploadedAt }),
      )
      .returning('id')
      .executeTakeFirstOrThrow()
    if (kept.id !== id) return false
    await sql`
      insert into gantry.source_maps (project, bundle_id, entry, url, debug_id)
      select ${project}, ${id}, * from unnest(${maps.map(({ entry }) => entry)}::text[],
        ${maps.map(({ url }) => url)}::text[], ${maps.map(({ debugId }) => debugId)}::text[])
      on conflict do nothing`.execute(transaction)
    return true
  })
}

const bundleOf = (row: Selectable<Schema['gantry.source_bundles']>): SourceBundle => ({
  ...{ id: row.id, project: row.project, checksum: row.checksum, release: row.release, dist: row.dist },
  ...{ bytes: row.bytes, by: row.by, uploadedAt: row.uploaded_at, usedAt: row.used_at },
})
