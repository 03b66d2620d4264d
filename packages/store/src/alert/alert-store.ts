import type { Alert, AlertStore, Traffic } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { addNotices } from '../incident/outbox-store.ts'
import { addTraffic, indexable } from './traffic.ts'

export function alertStore(database: Database): AlertStore {
  const db = database.kysely
  return {
    async open(project) {
      const alerts = db.selectFrom('gantry.alerts').select('body').where('project', '=', project)
      return (await alerts.where('state', '<>', 'resolved').orderBy('since').orderBy('id').execute()).map(
        row => row.body,
      )
    },
    save: alert => save(db, alert),
    saveAndTell: (alert, notices) =>
      database.transaction(async transaction => {
        const { project, key } = alert
        await sql`select pg_advisory_xact_lock(hashtextextended(${`gantry.alerts ${project} ${key}`}, 0))`.execute(
          transaction,
        )
        if (await isKnown(transaction, alert)) return false
        await save(transaction, alert)
        const rows = notices.map(({ channel, notice }) => ({ project, channel, notice }))
        await addNotices(transaction, rows, null)
        return true
      }),
    addTraffic: samples => addTraffic(db, samples),
    async traffic(project, { environment, service, release, from, to }) {
      let rows = db
        .selectFrom('gantry.traffic')
        .select(['service', 'release', total('requests'), total('failures'), total('errors')])
        .where('project', '=', project)
        .where('environment', '=', environment)
        .where('at', '>=', from)
        .where('at', '<', to)
      if (service !== undefined) rows = rows.where('service', '=', indexable(service))
      if (release !== undefined) rows = rows.where('release', '=', indexable(release))
      return await rows.groupBy(['service', 'release']).orderBy('service').orderBy('release').execute()
    },
    trafficSeries: (project, filter) => trafficSeries(database, project, filter),
  }
}

async function save(db: Kysely<Schema>, alert: Alert): Promise<void> {
  const row = { id: alert.id, project: alert.project, state: alert.state, since: alert.since, body: alert }
  const alerts = db.insertInto('gantry.alerts').values(row)
  await alerts.onConflict(conflict => conflict.column('id').doUpdateSet(row)).execute()
}

/** Whether it is in that state already, or another with its key stands. */
async function isKnown(db: Kysely<Schema>, { id, project, key, state }: Alert): Promise<boolean> {
  const alerts = db.selectFrom('gantry.alerts').select('body').where('project', '=', project)
  const same = await alerts.where('id', '=', id).executeTakeFirst()
  if (same?.body.state === state) return true
  if (state === 'resolved') return false
  const open = await alerts.where('state', '<>', 'resolved').execute()
  return open.some(({ body }) => body.key === key && body.id !== id)
}

const total = (column: 'requests' | 'failures' | 'errors') => sql<number>`sum(${sql.ref(column)})::bigint`.as(column)

/** Buckets are counted from `from`, so the first one is whole. */
async function trafficSeries(
  { kysely: db }: Database,
  project: string,
  { environment, from, to, bucketMs }: Parameters<AlertStore['trafficSeries']>[1],
): Promise<(Traffic & { at: string })[]> {
  const bucket = sql<string>`date_bin(${bucketMs}::float8 * interval '1 millisecond', at, ${from}::timestamptz)`
  const { rows } = await sql<Traffic & { at: string }>`
    select ${bucket} as at, service, release,
      sum(requests)::bigint as requests, sum(failures)::bigint as failures, sum(errors)::bigint as errors
    from gantry.traffic
    where project = ${project} and environment = ${environment} and at >= ${from} and at < ${to}
    group by 1, 2, 3 order by 1, 2, 3`.execute(db)
  return rows
}
