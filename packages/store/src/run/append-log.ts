import type { LogLine } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'

/** A line whose number the job has already is left out, so that whoever is not sure may send it again. */
export async function appendLog(
  db: Kysely<Schema>,
  project: string,
  runId: string,
  jobId: string,
  lines: readonly LogLine[],
): Promise<void> {
  if (lines.length === 0) return
  await sql`
    insert into gantry.run_lines (project, run_id, job_id, seq, step, at, text)
    select ${project}, ${runId}, ${jobId}, * from unnest(
      ${lines.map(line => line.seq)}::bigint[], ${lines.map(line => line.step)}::bigint[],
      ${lines.map(line => line.at)}::timestamptz[], ${lines.map(line => line.text)}::text[])
    on conflict do nothing`.execute(db)
}
