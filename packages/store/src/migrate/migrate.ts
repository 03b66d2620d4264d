import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GantryError, sqlStatements } from '@gantry/core'
import type { Database } from '../database/database.ts'
import type { Session } from '../database/session.ts'
import { plainRows, toParameter } from '../database/values.ts'

export interface Migrated {
  applied: string[]
  alreadyThere: string[]
}

interface MigrationFile {
  version: string
  name: string
  sql: string
  statements: string[]
}

/**
 * Applies `<timestamp>_<name>.sql` files in order, each in a transaction of its own with its history row. The history
 * is the Supabase CLI's, so `supabase db push` and this agree on what is there. Processes that start at once take turns.
 * @throws GantryError MIGRATION_CHANGED when an applied file was edited, MIGRATION_FAILED when one does not run
 */
export async function migrate(database: Database, migrationsDir: string): Promise<Migrated> {
  const files = await readMigrations(migrationsDir)
  return database.session(async session => {
    const migrated: Migrated = { applied: [], alreadyThere: [] }
    const known = await readHistory(session)
    for (const file of files) {
      const isNew = !isRecorded(known, file) && (await apply(session, file))
      migrated[isNew ? 'applied' : 'alreadyThere'].push(file.version)
    }
    return migrated
  })
}

async function readMigrations(dir: string): Promise<MigrationFile[]> {
  const names = (await readdir(dir)).filter(name => /^\d+_.*\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async fileName => {
      const [, version = '', name = ''] = /^(\d+)_(.*)\.sql$/.exec(fileName) ?? []
      const sql = await readFile(join(dir, fileName), 'utf8')
      return { version, name, sql, statements: sqlStatements(sql).map(({ noted }) => noted) }
    }),
  )
}

type History = Map<string, string[] | null>

async function readHistory(session: Session): Promise<History> {
  const [exists] = plainRows(
    await session.query("select to_regclass('supabase_migrations.schema_migrations') as name", []),
  )
  if (!exists?.name) return new Map()
  const rows = plainRows(
    await session.query('select version, statements from supabase_migrations.schema_migrations', []),
  )
  return new Map(rows.map(row => [String(row.version), Array.isArray(row.statements) ? row.statements : null]))
}

function isRecorded(history: History, { version, name, statements }: MigrationFile): boolean {
  const stored = history.get(version)
  if (stored === undefined) return false
  if (stored && essence(stored) !== essence(statements)) {
    throw new GantryError('MIGRATION_CHANGED', `${version}_${name}.sql differs from what was applied`, {
      version,
      name,
    })
  }
  return true
}

/** Two programs may cut a file differently and keep other comments, but not make other words of it. */
const essence = (statements: string[]): string =>
  JSON.stringify(
    sqlStatements(statements.join('\n;\n')).map(({ tokens }) => tokens.map(({ kind, text }) => [kind, text])),
  )

async function apply(session: Session, file: MigrationFile): Promise<boolean> {
  const label = `${file.version}_${file.name}.sql`
  try {
    await session.exec(`begin; select pg_advisory_xact_lock(${lockNumber}); ${historyTable}`)
    // Another process may have applied it while we waited for the lock.
    if (isRecorded(await readHistory(session), file)) {
      await session.exec('rollback')
      return false
    }
    await session.exec(file.sql)
    await session.query(
      'insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)',
      [file.version, file.name, toParameter(file.statements)],
    )
    await session.exec('commit')
    return true
  } catch (cause) {
    await session.exec('rollback').catch(() => undefined)
    if (cause instanceof GantryError) throw cause
    const because = cause instanceof Error ? cause.message : String(cause)
    throw new GantryError('MIGRATION_FAILED', `${label}: ${because}`, { migration: label }, { cause })
  }
}

/** Any number, as long as every Gantry uses it: the first digits of sha-256 of "gantry migrations". */
const lockNumber = 4_172_839_115

const historyTable = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
  alter table supabase_migrations.schema_migrations add column if not exists statements text[];
  alter table supabase_migrations.schema_migrations add column if not exists name text;
`
