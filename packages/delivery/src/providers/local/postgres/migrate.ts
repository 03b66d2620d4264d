import { createHash } from 'node:crypto'
import { GantryError, type Migration, type SqlStatement, sqlStatements } from '@gantry/core'
import { Client, DatabaseError } from 'pg'
import { refusesTransaction } from './concurrent-index.ts'
import { applyStatements, forgetProgress } from './statement-by-statement.ts'

/** What was done: versions applied now, in order. */
export interface MigrateOutcome {
  applied: string[]
}

/**
 * Brings a database to a release's schema: what is missing is applied in the order of the versions, each migration in a
 * transaction of its own, under a lock. History is written where the Supabase CLI writes it, so both can be used.
 * @throws GantryError MIGRATION_CHANGED when one that was applied was edited since; MIGRATION_FAILED with the place;
 *   DATABASE_UNREACHABLE
 */
export function migrate(url: string, migrations: Migration[]): Promise<MigrateOutcome> {
  const before = underWay.get(url) ?? Promise.resolve()
  const outcome = before.then(() => migrateLocked(url, migrations))
  underWay.set(
    url,
    outcome.catch(() => {}),
  )
  return outcome
}

/** The lock in the database holds others off, but connections to an embedded one share a session, and so its locks. */
const underWay = new Map<string, Promise<unknown>>()

async function migrateLocked(url: string, migrations: Migration[]): Promise<MigrateOutcome> {
  const client = new Client({ connectionString: url, application_name: 'gantry migrate' })
  // A connection that breaks rejects the query that runs; without a listener it would end the process too.
  client.on('error', () => {})
  await client.connect().catch(cause => {
    throw new GantryError('DATABASE_UNREACHABLE', `the database did not answer: ${messageOf(cause)}`, {}, { cause })
  })
  try {
    await client.query(`select pg_advisory_lock(${lockNumber})`)
    await client.query(historyTables)
    return { applied: await applyMissing(client, migrations) }
  } finally {
    await client.query(`select pg_advisory_unlock(${lockNumber})`).catch(() => {})
    await client.end().catch(() => {})
  }
}

/** Any number, the same for everyone who migrates with Gantry. */
const lockNumber = 7_236_417_002

const historyTables = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
  alter table supabase_migrations.schema_migrations add column if not exists statements text[];
  alter table supabase_migrations.schema_migrations add column if not exists name text;
  create schema if not exists gantry;
  create table if not exists gantry.migration_meta (version text primary key, checksum text not null);
  create table if not exists gantry.migration_progress (version text primary key, done text[] not null, begun text);`

async function applyMissing(client: Client, migrations: Migration[]): Promise<string[]> {
  const { rows } = await client.query<{ version: string; checksum: string | null }>(
    `select version, checksum from supabase_migrations.schema_migrations left join gantry.migration_meta using (version)`,
  )
  const checksums = new Map(rows.map(row => [row.version, row.checksum]))
  const applied: string[] = []
  for (const migration of migrations.toSorted((a, b) => (a.version < b.version ? -1 : 1))) {
    const known = checksums.get(migration.version)
    if (known === undefined) {
      await apply(client, migration)
      applied.push(migration.version)
    } else if (known !== null && known !== checksum(migration)) {
      const name = `${migration.version}_${migration.name}`
      throw new GantryError('MIGRATION_CHANGED', `${name} was applied before and has been edited since`, { name })
    }
  }
  return applied
}

async function apply(client: Client, migration: Migration): Promise<void> {
  const statements = sqlStatements(migration.sql)
  const isWhole = !statements.some(refusesTransaction)
  if (!isWhole) await applyStatements(client, migration, statements, sql => perform(client, migration, sql))
  await client.query('begin')
  try {
    await client.query("set local lock_timeout = '4s'")
    if (isWhole) await perform(client, migration, migration.sql)
    else await forgetProgress(client, migration)
    await record(client, migration, statements)
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback').catch(() => {})
    throw cause
  }
}

async function perform(client: Client, migration: Migration, sql: string): Promise<void> {
  if (sql.trim() === '') return
  try {
    await client.query(sql)
  } catch (cause) {
    const name = `${migration.version}_${migration.name}.sql`
    const place =
      cause instanceof DatabaseError && cause.position ? placeOf(migration.sql, sql, Number(cause.position)) : null
    const where = place ? `${name}:${place.line}:${place.column}` : name
    const said = cause instanceof DatabaseError ? { sqlState: cause.code, detail: cause.detail } : {}
    throw new GantryError(
      'MIGRATION_FAILED',
      `${where}: ${messageOf(cause)}`,
      { migration: name, ...place, ...said },
      { cause },
    )
  }
}

/** Postgres counts characters from 1 in what was sent, which is the file or one statement of it. */
function placeOf(file: string, sent: string, position: number): { line: number; column: number } {
  const before = file.slice(0, file.indexOf(sent) + position - 1)
  const lines = before.split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

async function record(client: Client, migration: Migration, statements: SqlStatement[]): Promise<void> {
  await client.query(
    'insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)',
    [migration.version, migration.name, statements.map(statement => statement.noted)],
  )
  await client.query('insert into gantry.migration_meta (version, checksum) values ($1, $2)', [
    migration.version,
    checksum(migration),
  ])
}

/** Of what counts: a file checked out with other line ends is the same file. */
const checksum = (migration: Migration): string =>
  createHash('sha256').update(migration.sql.replaceAll('\r\n', '\n').trim()).digest('hex')

/** With what Postgres says besides: which key is there twice, which row breaks a rule. */
function messageOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const more = cause instanceof DatabaseError ? [cause.detail, cause.hint].filter(text => text) : []
  return [cause.message, ...more].join(': ')
}
