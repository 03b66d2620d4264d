import type { PushLog } from '@gantry/core'
import type { Database } from '../database/opened-database.ts'

export function pushLog({ kysely: db }: Database): PushLog {
  const one = (project: string, id: string) =>
    db.deleteFrom('gantry.pushes').where('project', '=', project).where('id', '=', id)
  return {
    async expect(project, { id, actor, ref, before, after, isForward, at }) {
      const row = { project, id, actor, ref, before_sha: before, after_sha: after, is_forward: isForward, at }
      // Asked again because the answer was lost.
      await db
        .insertInto('gantry.pushes')
        .values(row)
        .onConflict(conflict => conflict.doNothing())
        .execute()
    },
    async of(project, ref) {
      const rows = db.selectFrom('gantry.pushes').selectAll().where('project', '=', project).where('ref', '=', ref)
      return (await rows.orderBy('number').execute()).map(row => ({
        id: row.id,
        actor: row.actor,
        ref: row.ref,
        before: row.before_sha,
        after: row.after_sha,
        isForward: row.is_forward,
        at: row.at,
        isDone: row.is_done,
      }))
    },
    async open(project) {
      const rows = db.selectFrom('gantry.pushes').select('ref').distinct().where('project', '=', project)
      return (await rows.where('is_done', '=', false).orderBy('ref').execute()).map(({ ref }) => ref)
    },
    async left(from, to) {
      const rows = db.selectFrom('gantry.pushes').select('project').distinct().where('is_done', '=', false)
      return (await rows.where('at', '>=', from).where('at', '<', to).execute()).map(({ project }) => project)
    },
    async done(project, id) {
      const row = await db
        .updateTable('gantry.pushes')
        .set({ is_done: true })
        .where('project', '=', project)
        .where('id', '=', id)
        .returning(['ref', 'number'])
        .executeTakeFirst()
      if (!row) return
      await db
        .deleteFrom('gantry.pushes')
        .where('project', '=', project)
        .where('ref', '=', row.ref)
        .where('number', '<', row.number)
        .where('is_done', '=', true)
        .execute()
    },
    forget: async (project, id) => void (await one(project, id).execute()),
  }
}
