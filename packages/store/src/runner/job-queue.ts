import type { FollowedJob, Lease, RunnerJobState, RunnerStore } from '@gantry/core'
import { type Selectable, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Schema } from '../database/schema.ts'

type JobQueue = Pick<RunnerStore, 'enqueue' | 'jobs' | 'queued' | 'claimed' | 'claim' | 'end' | 'cancel' | 'pruneJobs'>

const open: RunnerJobState[] = ['queued', 'claimed']
const clock = sql<string>`clock_timestamp()`

/** The jobs that wait for a runner, those that one has, and for a while those that ended. */
export function jobQueue(db: Database['kysely']): JobQueue {
  return {
    async enqueue({ id, project, runId, jobId, attempt, labels, createdAt, sealed, body }) {
      const of = { id, project, run_id: runId, job_id: jobId, attempt, created_at: createdAt, sealed }
      const row = { ...of, labels, body, state: 'queued' as const }
      await db
        .insertInto('gantry.runner_jobs')
        .values(row)
        .onConflict(conflict => conflict.column('id').doNothing())
        .execute()
    },
    async jobs(ids) {
      if (ids.length === 0) return []
      const rows = await db.selectFrom('gantry.runner_jobs').selectAll().where('id', 'in', ids).execute()
      return rows.map(jobOf)
    },
    queued: limit =>
      db
        .selectFrom('gantry.runner_jobs')
        .select(['id', 'project', 'labels', 'run_id as runId', 'job_id as jobId', 'created_at as createdAt'])
        .where('state', '=', 'queued')
        .where('cancelled_because', 'is', null)
        .orderBy('created_at')
        .orderBy('id')
        .limit(limit)
        .execute(),
    claimed: () =>
      db
        .selectFrom('gantry.runner_jobs')
        .select(['id', 'project', 'run_id as runId', 'job_id as jobId', 'runner_id as runnerId', 'version'])
        .select('cancelled_because as cancelledBecause')
        .where('state', '=', 'claimed')
        .execute(),
    claim: lease => claim(db, lease),
    async end(id, state) {
      const { numUpdatedRows } = await db
        .updateTable('gantry.runner_jobs')
        .set({ state, ended_at: clock, sealed: null })
        .where('id', '=', id)
        .where('state', 'in', open)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    cancel: (id, because) => cancel(db, id, because),
    async pruneJobs(before) {
      const old = db.deleteFrom('gantry.runner_jobs').where('ended_at', '<', before)
      return Number((await old.executeTakeFirst()).numDeletedRows)
    },
  }
}

async function claim(db: Database['kysely'], { name, owner, version }: Lease): Promise<FollowedJob | null> {
  const row = await db
    .updateTable('gantry.runner_jobs')
    .set({ state: 'claimed', runner_id: owner, version })
    .where('id', '=', name)
    .where('state', '=', 'queued')
    .where('cancelled_because', 'is', null)
    .returningAll()
    .executeTakeFirst()
  return row ? jobOf(row) : null
}

async function cancel(db: Database['kysely'], id: string, because: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('gantry.runner_jobs')
    .set({
      cancelled_because: because,
      // Nobody has it, so nobody has to be waited for.
      state: sql<RunnerJobState>`case state when 'queued' then 'returned' else state end`,
      ended_at: sql<string | null>`case state when 'queued' then clock_timestamp() end`,
      sealed: sql<string | null>`case state when 'queued' then null else sealed end`,
    })
    .where('id', '=', id)
    .where('state', 'in', open)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

const jobOf = (row: Selectable<Schema['gantry.runner_jobs']>): FollowedJob => ({
  id: row.id,
  project: row.project,
  runId: row.run_id,
  jobId: row.job_id,
  attempt: row.attempt,
  labels: row.labels,
  createdAt: row.created_at,
  state: row.state,
  runnerId: row.runner_id,
  version: row.version,
  sealed: row.sealed,
  body: row.body,
  reported: row.reported,
  cancelledBecause: row.cancelled_because,
})
