import { createHash } from 'node:crypto'
import type { MigrationScript } from './migration-script.ts'
import type { SqlSession } from './sql-session.ts'
import { sqlStatements } from './sql-tokens.ts'

/** One migration that the database says it has. */
export interface Recorded {
  version: string
  name: string | null
  /** What another tool or we noted of it; null where nothing was. */
  statements: string[] | null
  /** Ours; null where another tool applied it. */
  checksum: string | null
  /** Of the whole file, as Prisma and Drizzle keep it; null for others. */
  fileHash: string | null
}

/** What the Supabase CLI keeps, with our checksums beside it; empty where nothing was ever applied. */
export async function readHistory(session: SqlSession): Promise<Map<string, Recorded>> {
  const [there] = await session.query<{ history: boolean; checksums: boolean; names: boolean }>(
    `select to_regclass('supabase_migrations.schema_migrations') is not null as history,
            to_regclass('supabase_migrations.gantry_checksums') is not null as checksums,
            count(*) = 2 as names from information_schema.columns
     where table_schema = 'supabase_migrations' and table_name = 'schema_migrations' and column_name in ('name', 'statements')`,
  )
  if (!there?.history) return new Map()
  const columns = there.names ? 'h.name, h.statements' : 'null::text as name, null::text[] as statements'
  const rows = await session.query<Omit<Recorded, 'fileHash'>>(
    there.checksums
      ? `select h.version, ${columns}, c.checksum from supabase_migrations.schema_migrations h
         left join supabase_migrations.gantry_checksums c using (version) order by h.version`
      : `select h.version, ${columns}, null::text as checksum from supabase_migrations.schema_migrations h order by h.version`,
  )
  return new Map(rows.map(row => [row.version, { ...row, fileHash: null }]))
}

/**
 * Whether a script says something else than what was applied. The noted statements are what was carried out, also by another
 * tool that took ours back before; where there are none the checksum tells, and where there is neither the row is believed.
 */
export function isChanged({ checksum, statements, fileHash }: Recorded, { sql }: MigrationScript): boolean {
  if (fileHash !== null) return fileHash !== fileHashOf(sql)
  if (statements !== null) return essence(statements.join('\n;\n')) !== essence(sql)
  return checksum !== null && checksum !== checksumOf(sql)
}

/** Another layout, other line ends and other comments make no other words of a script. */
const essence = (sql: string): string =>
  JSON.stringify(sqlStatements(sql).map(({ tokens }) => tokens.map(({ kind, text }) => [kind, text])))

const checksumOf = (sql: string): string => createHash('sha256').update(essence(sql)).digest('hex')

export const fileHashOf = (sql: string): string => createHash('sha256').update(sql).digest('hex')

/** In the transaction that applies it. */
export async function record(session: SqlSession, { version, name, sql }: MigrationScript): Promise<void> {
  await session.query(
    'insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)',
    [version, name, sqlStatements(sql).map(({ noted }) => noted)],
  )
  await session.query(
    `insert into supabase_migrations.gantry_checksums (version, checksum) values ($1, $2)
     on conflict (version) do update set checksum = excluded.checksum, applied_at = now()`,
    [version, checksumOf(sql)],
  )
}

/**
 * The Supabase CLI's own words, and ours beside them: what stands in this schema is no drift to `supabase db diff` and
 * `db pull`, which leave it out.
 */
export const historyTables = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
  alter table supabase_migrations.schema_migrations add column if not exists statements text[];
  alter table supabase_migrations.schema_migrations add column if not exists name text;
  create table if not exists supabase_migrations.gantry_checksums (
    version text primary key, checksum text not null, applied_at timestamptz not null default now());
`
