import type { Promotion, PromotionStore } from '@gantry/core'
import { movedOn } from '../database/moved-on.ts'
import type { Database } from '../database/opened-database.ts'
import { holdsOf } from './holds.ts'

export function promotionStore(database: Database): PromotionStore {
  const db = database.kysely
  const promotions = () => db.selectFrom('gantry.promotions').select('body')
  return {
    async add(promotion) {
      await db.insertInto('gantry.promotions').values(rowOf(promotion)).execute()
    },
    async update(promotion) {
      const changed = { ...promotion, version: promotion.version + 1 }
      const { numUpdatedRows } = await db
        .updateTable('gantry.promotions')
        .set(rowOf(changed))
        .where('id', '=', promotion.id)
        .where('project', '=', promotion.project)
        .where('version', '=', promotion.version)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw movedOn('promotion', promotion.id, promotion.version)
      return changed
    },
    async get(project, id) {
      const row = await promotions().where('project', '=', project).where('id', '=', id).executeTakeFirst()
      return row?.body ?? null
    },
    async list(project, { environment, release, open, limit = 100 }) {
      let query = promotions().where('project', '=', project)
      if (environment !== undefined) query = query.where('environment', '=', environment)
      if (release !== undefined) query = query.where('release', '=', release)
      if (open !== undefined) query = query.where('state', open ? 'in' : 'not in', openStates)
      const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows.map(row => row.body)
    },
    async forJob(project, runId, jobId) {
      const asked = promotions().where('project', '=', project).where('run_id', '=', runId).where('job_id', '=', jobId)
      return (await asked.orderBy('created_at', 'desc').limit(1).executeTakeFirst())?.body ?? null
    },
    ...holdsOf(database),
  }
}

/** Not decided, or decided and not carried out yet. */
const openStates: Promotion['state'][] = ['waiting', 'ready', 'approved']

const rowOf = (body: Promotion) => ({
  id: body.id,
  project: body.project,
  environment: body.environment,
  release: body.release,
  state: body.state,
  run_id: body.runId,
  job_id: body.jobId,
  created_at: body.createdAt,
  version: body.version,
  body,
})
