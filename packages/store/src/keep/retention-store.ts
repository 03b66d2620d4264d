import { type Deletion, instantMs, instantOf, type KeptAmount, type RetentionStore } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import { amountsByDay, sumsOf } from './amounts.ts'

const toldMs = 366 * 86_400_000

export const retentionStore = (database: Database): RetentionStore => ({
  async kept(project) {
    const byDay = await amountsByDay(database, project, null)
    return [
      ...sumsOf(byDay, ['events', 'attachments', 'spans', 'sessions', 'items']),
      ...(await amountsByInstant(database, project)),
    ]
  },
  async note(project, deletions) {
    const newest = deletions
      .map(({ at }) => at)
      .toSorted()
      .at(-1)
    if (newest === undefined) return
    await database.transaction(async transaction => {
      for (const deletion of deletions) await add(transaction, project, deletion)
      await sql`
        delete from gantry.deletions where project = ${project} and at < ${instantOf(instantMs(newest) - toldMs)}`.execute(
        transaction,
      )
    })
  },
  async deletions(project, limit) {
    const { rows } = await sql<
      Omit<Deletion, 'count' | 'bytes' | 'at'> & Record<'count' | 'bytes', string | null> & { at: Date }
    >`
      select kind, day::text, count, bytes, why, exports, at from gantry.deletions where project = ${project}
      order by at desc, day desc, kind limit ${limit}`.execute(database.kysely)
    return rows.map(({ count, bytes, at, ...row }) => ({
      ...row,
      count: Number(count),
      bytes: bytes === null ? null : Number(bytes),
      at: new Date(at).toISOString(),
    }))
  },
})

const add = (db: Database['kysely'], project: string, { kind, day, count, bytes, why, exports, at }: Deletion) =>
  sql`
    insert into gantry.deletions as noted (project, kind, day, count, bytes, why, exports, at)
    values (${project}, ${kind}, ${day}::date, ${count}, ${bytes}, ${why}, ${exports}::text[], ${at})
    on conflict (project, kind, day) do update set count = noted.count + excluded.count,
      bytes = case when noted.bytes is null and excluded.bytes is null then null
        else coalesce(noted.bytes, 0) + coalesce(excluded.bytes, 0) end,
      why = excluded.why, exports = noted.exports || excluded.exports, at = excluded.at`.execute(db)

async function amountsByInstant({ kysely: db }: Database, project: string): Promise<KeptAmount[]> {
  const { rows } = await sql<{ kind: KeptAmount['kind']; count: string; since: Date | null }>`
    select 'checks' as kind, count(*) as count, min(at) as since from gantry.checks where project = ${project}
    union all
    select 'traffic', count(*), min(at) from gantry.traffic where project = ${project}
    union all
    select 'runs', count(*), min(created_at) from gantry.runs where project = ${project}
      and exists (select from gantry.run_lines where run_lines.project = runs.project and run_id = runs.id)
    union all
    select 'notices', count(*), min(created_at) from gantry.outbox where project = ${project} and incident is null`.execute(
    db,
  )
  return rows.map(({ kind, count, since }) => {
    return { kind, count: Number(count), bytes: null, since: since === null ? null : new Date(since).toISOString() }
  })
}
