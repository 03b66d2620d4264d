import type { FollowedJob, JobProgress, Lease, RunnerJobState, RunnerStore } from '@gantry/core'
import { type Selectable, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'

type Kysely = Database['kysely']
type JobQueue = Pick<
  RunnerStore,
  'enqueue' | 'jobs' | 'queued' | 'claimed' | 'claimedJob' | 'claim' | 'end' | 'cancel' | 'pruneJobs'
>

const open: RunnerJobState[] = ['queued', 'claimed']
const clock = sql<string>`clock_timestamp()`

/** The jobs that wait for a runner, those that one has, and for a while those that ended. */
export function jobQueue(db: Kysely): JobQueue {
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
      return ids.length === 0 ? [] : await progress(db).where('id', 'in', ids).execute()
    },
    queued: limit =>
      db
        .selectFrom('gantry.runner_jobs')
        .select(['id', 'project', 'labels', 'run_id as runId', 'job_id as jobId', 'created_at as createdAt'])
        .where('state', '=', 'queued')
        .orderBy('created_at')
        .orderBy('id')
        .limit(limit)
        .execute(),
    claimed(runnerId) {
      const all = progress(db).where('state', '=', 'claimed')
      return (runnerId === undefined ? all : all.where('runner_id', '=', runnerId)).execute()
    },
    async claimedJob(id) {
      const rows = db.selectFrom('gantry.runner_jobs').selectAll().where('id', '=', id).where('state', '=', 'claimed')
      const row = await rows.executeTakeFirst()
      return row ? jobOf(row) : null
    },
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

async function claim(db: Kysely, { name, owner, version }: Lease): Promise<FollowedJob | null> {
  const row = await db
    .updateTable('gantry.runner_jobs')
    .set({ state: 'claimed', runner_id: owner, version })
    .where('id', '=', name)
    .where('state', '=', 'queued')
    .returningAll()
    .executeTakeFirst()
  return row ? jobOf(row) : null
}

async function cancel(db: Kysely, id: string, because: string): Promise<boolean> {
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

/** What it is executed with may be long, and is read once. */
export const progress = (db: Kysely) =>
  db
    .selectFrom('gantry.runner_jobs')
    .select(['id', 'project', 'run_id as runId', 'job_id as jobId', 'attempt', 'created_at as createdAt'])
    .select(['state', 'runner_id as runnerId', 'version', 'reported', 'cancelled_because as cancelledBecause'])
    .$castTo<JobProgress>()

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
