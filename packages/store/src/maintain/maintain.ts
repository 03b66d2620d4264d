import type { KeptKind } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import { dayOf, tablesByDay } from '../issue/days.ts'
import type { DayAmount } from '../keep/amounts.ts'
import { daysKept, forgetOfDays, partOf } from './forget-days.ts'
import { forgetRows } from './forget-rows.ts'

/** Instants; what is older goes. What is not named stays for ever. Counters of issues are not changed. */
export interface KeepSince {
  /** Those of before they were kept by day; for the others see `forgetDays`. */
  events?: string
  /** Counts of when, where and with which release an issue was met. */
  spread?: string
  checks?: string
  traffic?: string
  /** Output of the jobs of runs made before. The runs stay. */
  runLogs?: string
  /** By whole days, where they are kept for less long than the events they came with. */
  attachments?: string
  spans?: string
  sessions?: string
  /** Alerts that are over, and notices of them that need not be sent any more. Those of incidents stay. */
  notices?: string
}

/** Forgets what is too old of a project, in small steps that let others work. To be called every few minutes. Answers what went. */
export async function forgetOld(database: Database, project: string, keepSince: KeepSince): Promise<DayAmount[]> {
  const gone: DayAmount[] = []
  const went = (kind: KeptKind, before: string, count: number) => {
    if (count > 0) gone.push({ kind, day: dayOf(before), count, bytes: null })
  }
  for (const table of datedTables) {
    const since = keepSince[table]
    if (since !== undefined)
      went(table, since, await forgetRows(database, { table, column: 'at', before: since, project }))
  }
  if (keepSince.spread !== undefined)
    await forgetRows(database, { table: 'issue_spread', column: 'at', before: keepSince.spread, project })
  if (keepSince.traffic !== undefined)
    for (const table of ['intake_counts', 'forward_counts'])
      await forgetRows(database, { table, column: 'hour', before: keepSince.traffic, project })
  for (const kind of ['attachments', 'spans', 'sessions'] as const) {
    const since = keepSince[kind]
    if (since !== undefined) gone.push(...(await forgetOfDays(database, project, { kind, since })))
  }
  if (keepSince.runLogs !== undefined)
    went('runs', keepSince.runLogs, await forgetRunLogs(database, project, keepSince.runLogs))
  if (keepSince.notices !== undefined)
    went('notices', keepSince.notices, await forgetNotices(database, project, keepSince.notices))
  return gone
}

/**
 * Forgets what has expired. On PGlite it also does what autovacuum does on a real Postgres: without it searches get slow
 * as tables grow. To be called every few minutes, behind `forgetOld` of the projects.
 */
export async function maintain(database: Database, now: string): Promise<void> {
  await forgetRows(database, { table: 'sessions', column: 'expires_at', before: now })
  await forgetRows(database, { table: 'sign_in_links', column: 'expires_at', before: now })
  if (database.kind === 'postgres') return
  for (const table of busyTables) await database.exec(`vacuum (analyze) gantry.${table}`)
  // Nothing changes in those of the days before.
  const today = (await daysKept(database)).findLast(day => day <= dayOf(now))
  if (today !== undefined)
    for (const table of tablesByDay) await database.exec(`analyze gantry.${partOf(table, today)}`)
}

const datedTables = ['events', 'checks', 'traffic'] as const
const busyTables = [
  ...datedTables,
  'lines',
  'issues',
  'issue_acts',
  'issue_keys',
  'issue_labels',
  'issue_people',
  'issue_releases',
  'issue_spread',
  'counters',
  'intake_counts',
  'forward_queue',
  'forward_counts',
  'ingest_keys',
  'monitors',
  'outbox',
  'runs',
  'run_lines',
]
const stepRuns = 20

/** By run, because lines have no index by time: a run that was forgotten costs one look each time. Answers how many runs lost theirs. */
async function forgetRunLogs({ kysely }: Database, project: string, before: string): Promise<number> {
  let count = 0
  for (;;) {
    const { rows } = await sql<{ count: string }>`
      with old as (
        select id from gantry.runs where project = ${project} and created_at < ${before} and status = 'completed'
          and exists (select from gantry.run_lines where run_id = runs.id) limit ${stepRuns}
      ), gone as (
        delete from gantry.run_lines where project = ${project} and run_id in (select id from old) returning run_id
      ) select count(distinct run_id) as count from gone`.execute(kysely)
    const step = Number(rows[0]?.count ?? 0)
    if (step === 0) return count
    count += step
  }
}

async function forgetNotices({ kysely }: Database, project: string, before: string): Promise<number> {
  const { numAffectedRows: notices = 0n } = await sql`
    delete from gantry.outbox where project = ${project} and incident is null and state <> 'pending' and created_at < ${before}`.execute(
    kysely,
  )
  const { numAffectedRows: alerts = 0n } = await sql`
    delete from gantry.alerts where project = ${project} and state = 'resolved' and since < ${before}
      and coalesce((body->>'resolvedAt')::timestamptz, since) < ${before}`.execute(kysely)
  return Number(notices + alerts)
}
