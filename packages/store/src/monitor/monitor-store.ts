import { type Check, checkInType, type Monitor, type MonitorStore } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'

export function monitorStore(database: Database): MonitorStore {
  const db = database.kysely
  return {
    sync: (project, environment, monitors) => sync(database, project, environment, monitors),
    save: (monitor, check) => save(database, monitor, check),
    change: (project, id, change, room) => changeOne(database, { project, id, room }, change),
    remove: (project, id) =>
      database.transaction(async transaction => {
        for (const [table, column] of [
          ['gantry.checks', 'monitor_id'],
          ['gantry.monitors', 'id'],
        ] as const)
          await transaction.deleteFrom(table).where('project', '=', project).where(column, '=', id).execute()
      }),
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

const isCheckIn = sql<boolean>`(body ->> 'type' = ${checkInType})`

function sync(database: Database, project: string, environment: string, monitors: Monitor[]): Promise<void> {
  return database.transaction(async transaction => {
    const known = await transaction
      .selectFrom('gantry.monitors')
      .select('body')
      .where('project', '=', project)
      .where('environment', '=', environment)
      .where(sql<boolean>`not ${isCheckIn}`)
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

/** Whoever comes at the same time waits: the row may not be there yet, so that it cannot be locked itself. */
function changeOne(
  database: Database,
  { project, id, room }: { project: string; id: string; room: Parameters<MonitorStore['change']>[3] },
  change: Parameters<MonitorStore['change']>[2],
) {
  return database.transaction(async transaction => {
    await lock(transaction, `gantry.monitors ${project} ${id}`)
    const found = transaction.selectFrom('gantry.monitors').select('body').where('project', '=', project)
    const before = (await found.where('id', '=', id).executeTakeFirst())?.body ?? null
    if (before === null && room && (await countCheckIns(transaction, project)) >= room.mostCheckIns) return null
    const changed = change(before)
    if (changed === null) return null
    const { monitor: after, check } = changed
    const row = { project, environment: after.environment, body: after }
    const rows = transaction.insertInto('gantry.monitors').values({ id, ...row })
    await rows.onConflict(conflict => conflict.column('id').doUpdateSet(row)).execute()
    if (check) {
      const checks = transaction.insertInto('gantry.checks')
      await checks.values({ project, monitor_id: id, at: check.at, body: check }).execute()
    }
    return { before, after }
  })
}

/** Of two new ones the second is counted once the first is there. Locked after the row of one job, and never before it. */
async function countCheckIns(transaction: Kysely<Schema>, project: string): Promise<number> {
  await lock(transaction, `gantry.monitors ${project}`)
  const monitors = transaction.selectFrom('gantry.monitors').where('project', '=', project).where(isCheckIn)
  return (await monitors.select(sql<number>`count(*)`.as('all')).executeTakeFirst())?.all ?? 0
}

const lock = (transaction: Kysely<Schema>, name: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction)
