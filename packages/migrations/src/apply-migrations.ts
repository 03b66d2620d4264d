import { GantryError, type SqlStatement, sqlStatements } from '@gantry/core'
import { refusesTransaction } from './concurrent-index.ts'
import { type Held, whileLocked } from './lock.ts'
import type { MigrationScript } from './migration-script.ts'
import { type SqlSession, saidOf } from './sql-session.ts'
import { applyStatements, forgetProgress } from './statement-by-statement.ts'

/** Versions, in order. */
export interface Migrated {
  applied: string[]
  alreadyThere: string[]
}

/**
 * Brings a database to a list of migrations: what is missing is applied in the order of the versions, each in a transaction
 * of its own with its history row. The history is the Supabase CLI's, so either tool sees what the other did. Processes that
 * start at once take turns.
 * @throws GantryError MIGRATION_CHANGED when one that was applied says something else now; MIGRATION_FAILED with the place
 */
export async function applyMigrations(session: SqlSession, scripts: readonly MigrationScript[]): Promise<Migrated> {
  const migrated: Migrated = { applied: [], alreadyThere: [] }
  const known = await readHistory(session)
  for (const script of scripts.toSorted((a, b) => (a.version < b.version ? -1 : 1))) {
    const isNew = !isRecorded(known, script) && (await apply(session, script))
    migrated[isNew ? 'applied' : 'alreadyThere'].push(script.version)
  }
  return migrated
}

type History = Map<string, string[] | null>

async function readHistory(session: SqlSession): Promise<History> {
  const [exists] = await session.query<{ is: boolean }>(
    `select to_regclass('supabase_migrations.schema_migrations') is not null as is`,
  )
  if (!exists?.is) return new Map()
  const rows = await session.query<{ version: string; statements: string[] | null }>(
    'select version, statements from supabase_migrations.schema_migrations',
  )
  return new Map(rows.map(({ version, statements }) => [version, statements]))
}

/** A row of another tool that noted no statements is believed. */
function isRecorded(history: History, { version, name, sql }: MigrationScript): boolean {
  const stored = history.get(version)
  if (stored === undefined) return false
  if (stored && essence(stored.join('\n;\n')) !== essence(sql)) {
    const label = `${version}_${name}.sql`
    throw new GantryError('MIGRATION_CHANGED', `${label} was applied before and has been edited since`, { name: label })
  }
  return true
}

/** Another layout, other line ends and other comments make no other words of a script. */
const essence = (sql: string): string =>
  JSON.stringify(sqlStatements(sql).map(({ tokens }) => tokens.map(({ kind, text }) => [kind, text])))

/** False when another process applied it meanwhile. */
function apply(session: SqlSession, script: MigrationScript): Promise<boolean> {
  const statements = sqlStatements(script.sql)
  const isWhole = !statements.some(refusesTransaction)
  return whileLocked(session, isWhole ? 'transaction' : 'session', async held => {
    await session.query(historyTable)
    if (isRecorded(await readHistory(session), script)) return false
    if (isWhole) await applyWhole(session, script, statements, held)
    else await applyApart(session, script, statements)
    return true
  })
}

async function applyWhole(
  session: SqlSession,
  script: MigrationScript,
  statements: SqlStatement[],
  { commit }: Held,
): Promise<void> {
  await session.query("set local lock_timeout = '4s'")
  await perform(session, script, script.sql)
  await record(session, script, statements)
  await commit()
}

async function applyApart(session: SqlSession, script: MigrationScript, statements: SqlStatement[]): Promise<void> {
  await applyStatements(session, script, statements, sql => perform(session, script, sql))
  await session.query('begin')
  try {
    await forgetProgress(session, script)
    await record(session, script, statements)
    await session.query('commit')
  } catch (cause) {
    await session.query('rollback').catch(() => undefined)
    throw cause
  }
}

async function perform(session: SqlSession, script: MigrationScript, sql: string): Promise<void> {
  if (sqlStatements(sql).length === 0) return
  try {
    await session.query(sql)
  } catch (cause) {
    if (cause instanceof GantryError) throw cause
    const { message, position, ...said } = saidOf(cause)
    const name = `${script.version}_${script.name}.sql`
    const place = position === undefined ? null : placeOf(script.sql, sql, position)
    const where = place ? `${name}:${place.line}:${place.column}` : name
    throw new GantryError('MIGRATION_FAILED', `${where}: ${message}`, { migration: name, ...place, ...said }, { cause })
  }
}

/** What was sent is the file or one statement of it. */
function placeOf(file: string, sent: string, position: number): { line: number; column: number } {
  const before = file.slice(0, file.indexOf(sent) + position - 1)
  const lines = before.split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

async function record(session: SqlSession, script: MigrationScript, statements: SqlStatement[]): Promise<void> {
  await session.query(
    'insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)',
    [script.version, script.name, statements.map(({ noted }) => noted)],
  )
}

const historyTable = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
  alter table supabase_migrations.schema_migrations add column if not exists statements text[];
  alter table supabase_migrations.schema_migrations add column if not exists name text;
`
