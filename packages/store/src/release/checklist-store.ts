import type { ChecklistStore } from '@gantry/core'
import type { Database } from '../database/opened-database.ts'

export function checklistStore({ kysely: db }: Database): ChecklistStore {
  return {
    async ticks(project, release, file) {
      const ticked = db.selectFrom('gantry.checklist_ticks').select(['task', 'person', 'person_id', 'at'])
      const own = ticked.where('project', '=', project).where('release', '=', release).where('file', '=', file)
      const rows = await own.execute()
      return new Map(rows.map(({ task, person, person_id: personId, at }) => [task, { person, personId, at }]))
    },
    async setTick(project, { release, file, task }, tick) {
      if (tick === null) {
        const all = db.deleteFrom('gantry.checklist_ticks').where('project', '=', project)
        const own = all.where('release', '=', release).where('file', '=', file).where('task', '=', task)
        return (await own.executeTakeFirst()).numDeletedRows > 0n
      }
      const { person, personId: person_id, at } = tick
      const added = db
        .insertInto('gantry.checklist_ticks')
        .values({ project, release, file, task, person, person_id, at })
        .onConflict(conflict => conflict.doNothing())
      return ((await added.executeTakeFirst()).numInsertedOrUpdatedRows ?? 0n) > 0n
    },
  }
}
