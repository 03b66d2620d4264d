import type { Release, ReleaseStore } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'

export function releaseStore(database: Database): ReleaseStore {
  const db = database.kysely
  const releases = (project: string) =>
    db.selectFrom('gantry.releases').select(['body', 'bad_because']).where('project', '=', project)
  const get: ReleaseStore['get'] = async (project, id) => {
    const row = await releases(project).where('id', '=', id).executeTakeFirst()
    return row ? releaseOf(row) : null
  }
  return {
    get,
    async add(release) {
      const { project, id, createdAt, badBecause } = release
      await db
        .insertInto('gantry.releases')
        .values({ project, id, created_at: createdAt, bad_because: badBecause, body: release })
        .onConflict(conflict => conflict.doNothing())
        .execute()
      return (await get(project, id)) ?? release
    },
    async some(project, ids) {
      return (await releases(project).where(sql<boolean>`id = any(${ids})`).execute()).map(releaseOf)
    },
    async list(project, limit) {
      // Those of previews are nobody's to promote: they have an id apart, see `previewRelease`.
      const own = releases(project).where('id', 'not like', '%-pr-%')
      const rows = await own.orderBy('created_at', 'desc').orderBy('id').limit(limit).execute()
      return rows.map(releaseOf)
    },
    markBad: (project, id, because) => markBad(db, project, id, because),
  }
}

export async function markBad(db: Kysely<Schema>, project: string, id: string, because: string): Promise<void> {
  await db
    .updateTable('gantry.releases')
    .set({ bad_because: because })
    .where('project', '=', project)
    .where('id', '=', id)
    .execute()
}

const releaseOf = ({ body, bad_because }: { body: Release; bad_because: string | null }): Release => ({
  ...body,
  badBecause: bad_because,
})
