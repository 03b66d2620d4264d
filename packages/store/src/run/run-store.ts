import type { LogLine, RunState, RunStore } from '@gantry/core'
import { sql } from 'kysely'
import { takeNumbers } from '../database/counters.ts'
import type { Database } from '../database/database.ts'

export function runStore(database: Database): RunStore {
  const db = database.kysely
  const runs = (project: string) => db.selectFrom('gantry.runs').select('body').where('project', '=', project)
  return {
    nextNumber: (project, workflowPath) => takeNumbers(db, project, `run ${workflowPath}`),
    save: (project, run) => save(database, project, run),
    async get(project, id) {
      return (await runs(project).where('id', '=', id).executeTakeFirst())?.body ?? null
    },
    async list(project, { workflowPath, sha, ref, limit = 100 }) {
      let query = runs(project)
      if (workflowPath !== undefined) query = query.where('workflow_path', '=', workflowPath)
      if (sha !== undefined) query = query.where('sha', '=', sha)
      if (ref !== undefined) query = query.where('ref', '=', ref)
      const rows = await query.orderBy('created_at', 'desc').orderBy('number', 'desc').limit(limit).execute()
      return rows.map(row => row.body)
    },
    async unfinished(project) {
      const rows = await runs(project)
        .where('status', '<>', 'completed')
        .orderBy('created_at')
        .orderBy('number')
        .execute()
      return rows.map(row => row.body)
    },
    appendLog: (runId, jobId, lines) => appendLog(database, runId, jobId, lines),
    log: (runId, jobId, part) => log(database, runId, jobId, part),
    async clearLog(runId, jobId) {
      await db.deleteFrom('gantry.run_lines').where('run_id', '=', runId).where('job_id', '=', jobId).execute()
    },
  }
}

async function save(database: Database, project: string, run: RunState): Promise<void> {
  const row = {
    id: run.id,
    project,
    number: run.number,
    workflow_path: run.workflowPath,
    ref: run.ref,
    sha: run.sha,
    status: run.status,
    created_at: run.createdAt,
    body: run,
  }
  const runs = database.kysely.insertInto('gantry.runs').values(row)
  await runs.onConflict(conflict => conflict.column('id').doUpdateSet(row)).execute()
}

type PackedLine = [seq: number, step: number, at: string, text: string]

/** Lines come as one JSON text: as rows, each value is handed over for itself, which takes six times as long. */
async function log(
  database: Database,
  runId: string,
  jobId: string,
  { after, limit }: { after: number; limit: number },
): Promise<LogLine[]> {
  const { rows } = await sql<{ lines: PackedLine[] | null }>`
    select json_agg(json_build_array(seq, step, at at time zone 'UTC', text) order by seq) as lines
    from (
      select seq, step, at, text from gantry.run_lines
      where run_id = ${runId} and job_id = ${jobId} and seq > ${after} order by seq limit ${limit}
    ) as part`.execute(database.kysely)
  return (rows[0]?.lines ?? []).map(([seq, step, at, text]) => ({
    seq,
    step,
    at: instant(at),
    text,
  }))
}

/** Postgres leaves out the zeros a fraction of a second ends in; with all three digits it is what JavaScript writes. */
const instant = (at: string): string => (at.length === 23 ? `${at}Z` : new Date(`${at}Z`).toISOString())

async function appendLog(database: Database, runId: string, jobId: string, lines: LogLine[]): Promise<void> {
  if (lines.length === 0) return
  await sql`
    insert into gantry.run_lines (run_id, job_id, seq, step, at, text)
    select ${runId}, ${jobId}, * from unnest(
      ${lines.map(line => line.seq)}::bigint[], ${lines.map(line => line.step)}::bigint[],
      ${lines.map(line => line.at)}::timestamptz[], ${lines.map(line => line.text)}::text[])
    on conflict do nothing`.execute(database.kysely)
}
