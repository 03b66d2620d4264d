import { GantryError, type JobNews, type JobProgress, type Lease, type Runner, type RunnerStore } from '@gantry/core'
import { type Selectable, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { requireLease } from '../lease/fence.ts'
import { appendLog } from '../run/append-log.ts'
import { jobQueue, progress } from './job-queue.ts'

export function runnerStore(database: Database): RunnerStore {
  const db = database.kysely
  return {
    ...jobQueue(db),
    async save({ id, name, labels, isOwn }, tokenHash) {
      const row = { name, labels, is_own: isOwn, token_hash: tokenHash }
      const taken = await db.selectFrom('gantry.runners').select('id').where('name', '=', name).executeTakeFirst()
      if (taken && taken.id !== id) throw new GantryError('RUNNER_NAME_TAKEN', `there is a runner ${name}`, { name })
      await db
        .insertInto('gantry.runners')
        .values({ id, ...row })
        .onConflict(conflict => conflict.column('id').doUpdateSet(row))
        .execute()
    },
    async byToken(tokenHash) {
      const row = await db
        .selectFrom('gantry.runners')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst()
      return row ? runnerOf(row) : null
    },
    async seen(id, { version, about, labels }) {
      const facts = { version, about, labels, last_seen_at: sql<string>`clock_timestamp()` }
      await db.updateTable('gantry.runners').set(facts).where('id', '=', id).execute()
    },
    async label(id, labels) {
      const { numUpdatedRows } = await db
        .updateTable('gantry.runners')
        .set({ labels })
        .where('id', '=', id)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    async list() {
      return (await db.selectFrom('gantry.runners').selectAll().orderBy('name').execute()).map(runnerOf)
    },
    async remove(id) {
      const { numDeletedRows } = await db.deleteFrom('gantry.runners').where('id', '=', id).executeTakeFirst()
      return numDeletedRows > 0n
    },
    report: (lease, news) => database.transaction(transaction => report(transaction, lease, news)),
  }
}

async function report(transaction: Database['kysely'], lease: Lease, news: JobNews): Promise<JobProgress> {
  await requireLease(transaction, lease)
  const { name, version, owner } = lease
  const claimed = progress(transaction).where('id', '=', name).where('version', '=', version)
  const row = await claimed.where('runner_id', '=', owner).where('state', '=', 'claimed').executeTakeFirst()
  if (!row)
    throw new GantryError('LEASE_LOST', `job ${name} is not held by ${owner} any more`, { kind: 'job', name, owner })
  if (news.lines !== undefined) await appendLog(transaction, row.project, row.runId, row.jobId, news.lines)
  if (news.job === undefined && news.end === undefined) return row
  const ended = news.end !== undefined && { state: news.end, ended_at: sql<string>`clock_timestamp()`, sealed: null }
  await transaction
    .updateTable('gantry.runner_jobs')
    .set({ ...(news.job !== undefined && { reported: news.job }), ...ended })
    .where('id', '=', name)
    .execute()
  return row
}

const runnerOf = (row: Selectable<Schema['gantry.runners']>): Runner => ({
  id: row.id,
  name: row.name,
  labels: row.labels,
  isOwn: row.is_own,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
  version: row.version,
  about: row.about,
})
