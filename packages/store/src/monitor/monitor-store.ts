import type { Check, Monitor, MonitorStore } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'

export function monitorStore(database: Database): MonitorStore {
  const db = database.kysely
  return {
    sync: (project, environment, monitors) => sync(database, project, environment, monitors),
    save: (monitor, check) => save(database, monitor, check),
    async list(project) {
      const monitors = db.selectFrom('gantry.monitors').select('body').where('project', '=', project)
      const byName = sql`body ->> 'name' collate "C"`
      return (await monitors.orderBy('environment').orderBy(byName).orderBy('id').execute()).map(row => row.body)
    },
    async checks(project, monitorId, limit) {
      const checks = db
        .selectFrom('gantry.checks')
        .select('body')
        .where('project', '=', project)
        .where('monitor_id', '=', monitorId)
      return (await checks.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()).map(row => row.body)
    },
  }
}

function sync(database: Database, project: string, environment: string, monitors: Monitor[]): Promise<void> {
  return database.transaction(async transaction => {
    const known = await transaction
      .selectFrom('gantry.monitors')
      .select('body')
      .where('project', '=', project)
      .where('environment', '=', environment)
      .forUpdate()
      .execute()
    const stateOf = new Map(known.map(({ body }) => [body.id, body]))
    const wanted = new Set(monitors.map(monitor => monitor.id))
    const gone = known.map(({ body }) => body.id).filter(id => !wanted.has(id))
    if (gone.length > 0) {
      await transaction.deleteFrom('gantry.monitors').where('id', 'in', gone).execute()
      await transaction.deleteFrom('gantry.checks').where('monitor_id', 'in', gone).execute()
    }
    for (const monitor of monitors) {
      const body = { ...monitor, project, environment, ...observed(stateOf.get(monitor.id)) }
      const rows = transaction.insertInto('gantry.monitors').values({ id: monitor.id, project, environment, body })
      await rows.onConflict(conflict => conflict.column('id').doUpdateSet({ project, environment, body })).execute()
    }
  })
}

/** What was seen of it so far; a new monitor has not been seen at all. */
function observed(known: Monitor | undefined): Pick<Monitor, 'state' | 'since' | 'streak' | 'last'> {
  if (!known) return { state: 'unknown', since: null, streak: 0, last: null }
  const { state, since, streak, last } = known
  return { state, since, streak, last }
}

/** A monitor that was taken out while its last check ran stays out, and so does that check. */
function save(database: Database, monitor: Monitor, check: Check): Promise<void> {
  return database.transaction(async transaction => {
    const { state, since, streak, last } = monitor
    const seen = sql<Monitor>`body || ${{ state, since, streak, last }}::jsonb`
    const update = transaction
      .updateTable('gantry.monitors')
      .set({ body: seen })
      .where('id', '=', monitor.id)
      .where('project', '=', monitor.project)
    const { numUpdatedRows } = await update.executeTakeFirst()
    if (numUpdatedRows === 0n) return
    const row = { project: monitor.project, monitor_id: monitor.id, at: check.at, body: check }
    await transaction.insertInto('gantry.checks').values(row).execute()
  })
}
