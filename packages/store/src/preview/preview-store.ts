import type { Preview, PreviewStore } from '@gantry/core'
import { movedOn } from '../database/moved-on.ts'
import type { Database } from '../database/opened-database.ts'

export function previewStore({ kysely: db }: Database): PreviewStore {
  const previews = (project: string) => db.selectFrom('gantry.previews').select('body').where('project', '=', project)
  return {
    async add(preview) {
      const added = db
        .insertInto('gantry.previews')
        .values(rowOf(preview))
        .onConflict(conflict => conflict.doNothing())
      return ((await added.executeTakeFirst()).numInsertedOrUpdatedRows ?? 0n) > 0n
    },
    async update(preview) {
      const { project, number, version } = preview
      const changed = { ...preview, version: version + 1 }
      const { numUpdatedRows } = await db
        .updateTable('gantry.previews')
        .set(rowOf(changed))
        .where('project', '=', project)
        .where('number', '=', number)
        .where('version', '=', version)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw movedOn('preview', `#${number}`, version)
      return changed
    },
    async get(project, number) {
      return (await previews(project).where('number', '=', number).executeTakeFirst())?.body ?? null
    },
    async list(project, { open = false, limit = open ? null : 100 }) {
      const all = open ? previews(project).where('state', '<>', 'removed') : previews(project)
      const sorted = all.orderBy('created_at', 'desc').orderBy('number', 'desc')
      const rows = await (limit === null ? sorted : sorted.limit(limit)).execute()
      return rows.map(({ body }) => body)
    },
  }
}

const rowOf = (body: Preview) => ({
  project: body.project,
  number: body.number,
  state: body.state,
  created_at: body.createdAt,
  version: body.version,
  body,
})
