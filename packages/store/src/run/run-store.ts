import {
  branchOf,
  GantryError,
  type LogLine,
  type RunChoices,
  type RunFilter,
  type RunState,
  type RunStore,
} from '@gantry/core'
import { type RawBuilder, sql } from 'kysely'
import { containing } from '../database/containing.ts'
import { takeNumbers } from '../database/counters.ts'
import type { Database } from '../database/opened-database.ts'
import { appendLog } from './append-log.ts'

export function runStore(database: Database): RunStore {
  const db = database.kysely
  const runs = (project: string) => db.selectFrom('gantry.runs').select('body').where('project', '=', project)
  return {
    nextNumber: (project, workflowPath) => takeNumbers(db, project, `run ${workflowPath}`),
    save: (project, run) => save(database, project, run),
    async get(project, id) {
      return (await runs(project).where('id', '=', id).executeTakeFirst())?.body ?? null
    },
    async list(project, { before, limit = 100, ...filter }) {
      const older = before === undefined ? sql`true` : isOlder(project, before)
      const { rows } = await sql<{ body: RunState }>`
        select body from gantry.runs where ${matching(project, filter)} and ${older}
        order by ${newest} limit ${limit}`.execute(db)
      return rows.map(row => row.body)
    },
    async count(project, { before, ...filter }) {
      const newer = before === undefined ? sql`false` : sql`not ${isOlder(project, before)}`
      const { rows } = await sql<{ total: number; newer: number }>`
        select count(*) as total, count(*) filter (where ${newer}) as newer
        from gantry.runs where ${matching(project, filter)}`.execute(db)
      return rows[0] ?? { total: 0, newer: 0 }
    },
    choices: project => choices(database, project),
    async pushers(project, shas) {
      const rows = await db
        .selectFrom('gantry.runs')
        .select(sql<string>`body ->> 'actor'`.as('actor'))
        .distinct()
        .where('project', '=', project)
        .where(sql<boolean>`sha = any(${shas})`)
        .where(sql<boolean>`body ->> 'event' in ('push', 'pull_request')`)
        .execute()
      return rows.map(({ actor }) => actor).toSorted()
    },
    async unfinished(project) {
      const rows = await runs(project)
        .where('status', '<>', 'completed')
        .orderBy('created_at')
        .orderBy('number')
        .execute()
      return rows.map(row => row.body)
    },
    appendLog: (project, runId, jobId, lines) => appendLog(db, project, runId, jobId, lines),
    log: (project, runId, jobId, part) => log(database, project, runId, jobId, part),
    async lastLine(project, runId, jobId) {
      const lines = db.selectFrom('gantry.run_lines').select(({ fn }) => fn.max('seq').as('last'))
      const own = lines.where('project', '=', project).where('run_id', '=', runId).where('job_id', '=', jobId)
      return Number((await own.executeTakeFirst())?.last ?? 0)
    },
    async clearLog(project, runId, jobId) {
      const lines = db.deleteFrom('gantry.run_lines').where('project', '=', project)
      await lines.where('run_id', '=', runId).where('job_id', '=', jobId).execute()
    },
  }
}

/** One order for all pages: two runs may begin in the same millisecond, and number 1 is given once for each file. */
const newest = sql`created_at desc, number desc, id desc`
const isOlder = (project: string, id: string) =>
  sql<boolean>`(created_at, number, id) < (select created_at, number, id from gantry.runs where project = ${project} and id = ${id})`

function matching(project: string, filter: RunFilter): RawBuilder<unknown> {
  const { workflowPath, number, sha, ref, branch, event, author, state } = filter
  const conditions = [sql`project = ${project}`]
  if (workflowPath !== undefined) conditions.push(sql`workflow_path = ${workflowPath}`)
  if (number !== undefined) conditions.push(sql`number = ${number}`)
  if (sha !== undefined) conditions.push(sha.length === 40 ? sql`sha = ${sha}` : sql`starts_with(sha, ${sha})`)
  if (ref !== undefined) conditions.push(sql`ref = ${ref}`)
  if (branch !== undefined) conditions.push(sql`branch = ${branch}`)
  if (event !== undefined) conditions.push(sql`event = ${event}`)
  if (author !== undefined)
    conditions.push(sql`(author ilike ${containing(author)} or actor ilike ${containing(author)})`)
  // A run that is over has no status but that it is: its conclusion says how it ended.
  if (state !== undefined) conditions.push(sql`coalesce(conclusion, status) = ${state}`)
  return sql.join(conditions, sql` and `)
}

const choicesAtMost = 200

async function choices({ kysely: db }: Database, project: string): Promise<RunChoices> {
  const newestOf = async (column: 'branch' | 'event' | 'by') => {
    const value = column === 'by' ? sql`coalesce(nullif(author, ''), actor)` : sql.ref(column)
    const { rows } = await sql<{ value: string }>`
      select ${value} as value from gantry.runs where project = ${project}
      group by 1 order by max(created_at) desc limit ${choicesAtMost}`.execute(db)
    return rows.map(row => row.value)
  }
  const [workflows, branches, authors, events] = await Promise.all([
    sql<{ path: string; name: string }>`
      select workflow_path as path, (array_agg(workflow_name order by created_at desc))[1] as name from gantry.runs
      where project = ${project} group by 1 order by max(created_at) desc limit ${choicesAtMost}`.execute(db),
    newestOf('branch'),
    newestOf('by'),
    newestOf('event'),
  ])
  return { workflows: workflows.rows, branches, authors, events }
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
    workflow_name: run.workflowName,
    event: run.event,
    conclusion: run.conclusion ?? null,
    actor: run.actor,
    author: run.author ?? null,
    branch: branchOf(run),
    body: run,
  }
  const runs = database.kysely.insertInto('gantry.runs').values(row)
  const { numInsertedOrUpdatedRows } = await runs
    .onConflict(conflict => conflict.column('id').doUpdateSet(row).where('gantry.runs.project', '=', project))
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows === 0n) throw new GantryError('CONFLICT', `the run ${run.id} is of another project`)
}

type PackedLine = [seq: number, step: number, at: string, text: string]

/** Lines come as one JSON text: as rows, each value is handed over for itself, which takes six times as long. */
async function log(
  database: Database,
  project: string,
  runId: string,
  jobId: string,
  { after, limit }: { after: number; limit: number },
): Promise<LogLine[]> {
  const { rows } = await sql<{ lines: PackedLine[] | null }>`
    select json_agg(json_build_array(seq, step, at at time zone 'UTC', text) order by seq) as lines
    from (
      select seq, step, at, text from gantry.run_lines
      where project = ${project} and run_id = ${runId} and job_id = ${jobId} and seq > ${after} order by seq limit ${limit}
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
