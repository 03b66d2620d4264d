import { sql } from 'kysely'
import type { Database } from '../database/database.ts'

/** Instants; what is older goes. What is not named stays for ever. Counters of issues are not changed. */
export interface KeepSince {
  lines?: string
  events?: string
  checks?: string
  traffic?: string
}

/**
 * Forgets what is too old, in small steps that let others work, and what has expired. On PGlite it also does what
 * autovacuum does on a real Postgres: without it searches get slow as tables grow. To be called every few minutes.
 */
export async function maintain(database: Database, now: string, keepSince: KeepSince = {}): Promise<void> {
  for (const table of datedTables) {
    const since = keepSince[table]
    if (since !== undefined) await forget(database, table, 'at', since)
  }
  await forget(database, 'sessions', 'expires_at', now)
  await forget(database, 'sign_in_links', 'expires_at', now)
  if (database.kind === 'postgres') return
  for (const table of busyTables) await database.exec(`vacuum (analyze) gantry.${table}`)
}

const datedTables = ['lines', 'events', 'checks', 'traffic'] as const
const busyTables = [
  ...datedTables,
  'issues',
  'issue_people',
  'issue_releases',
  'counters',
  'monitors',
  'outbox',
  'runs',
  'run_lines',
]
const stepRows = 5000

async function forget(database: Database, table: string, column: string, before: string): Promise<void> {
  const rows = sql.table(`gantry.${table}`)
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from ${rows} where ctid = any(array(
        select ctid from ${rows} where ${sql.ref(column)} < ${before} limit ${stepRows}))`.execute(database.kysely)
    if (numAffectedRows < stepRows) return
  }
}
