import type { PGlite } from '@electric-sql/pglite'
import { GantryError } from '@gantry/core'
import { applyMigrations } from '../apply-migrations.ts'
import { labelOf, type MigrationScript } from '../migration-script.ts'
import type { SqlSession } from '../sql-session.ts'
import { extensionsFor, withoutExtensions } from './extensions.ts'
import { supabaseGround } from './supabase-ground.ts'

/** How a try of migrations on an empty copy of the schema went. */
export type DryRun =
  | { state: 'passed'; applied: string[] }
  /** Postgres refuses it, by its own words. */
  | { state: 'failed'; migration: string; line: number; column: number; sqlState: string; message: string }
  /** The copy could not be made, or needs what only the real database has. */
  | { state: 'untried'; why: string }

/**
 * Applies migrations to a Postgres of this process (PGlite) that has the schema so far and no rows: what Postgres itself says
 * of them, without touching any database. What rows would refuse, such as a duplicate, does not show.
 *
 * @param before those the database has, which make the schema
 */
export async function dryRun(
  before: readonly MigrationScript[],
  pending: readonly MigrationScript[],
  { isSupabase }: { isSupabase: boolean },
): Promise<DryRun> {
  if (pending.length === 0) return { state: 'passed', applied: [] }
  const { PGlite } = await import('@electric-sql/pglite')
  const { found, missing } = await extensionsFor([...before, ...pending].map(({ sql }) => sql))
  const database = await PGlite.create({ extensions: found })
  try {
    const session = sessionOf(database)
    if (isSupabase) await database.exec(supabaseGround)
    const without = (scripts: readonly MigrationScript[]) => scripts.map(each => withoutExtensions(each, missing))
    const ground = await attempt(session, without(before))
    if (ground !== null)
      return { state: 'untried', why: `the schema so far cannot be made here: ${inWords(ground, missing)}` }
    const refused = await attempt(session, without(pending))
    if (refused === null) return { state: 'passed', applied: pending.map(labelOf) }
    return isAboutPlace(refused, missing) ? { state: 'untried', why: inWords(refused, missing) } : refused
  } finally {
    await database.close()
  }
}

type Refused = Extract<DryRun, { state: 'failed' }>

async function attempt(session: SqlSession, scripts: readonly MigrationScript[]): Promise<Refused | null> {
  try {
    await applyMigrations(session, scripts)
    return null
  } catch (cause) {
    if (!(cause instanceof GantryError) || cause.code !== 'MIGRATION_FAILED') throw cause
    const { migration, line, column, sqlState } = cause.facts
    return {
      state: 'failed',
      migration: String(migration),
      line: Number(line),
      column: Number(column ?? 1),
      sqlState: String(sqlState ?? ''),
      message: cause.message.replace(/^\S+: /, ''),
    }
  }
}

const inWords = ({ migration, line, message }: Refused, missing: readonly string[]): string =>
  `${migration}:${line}: ${message}${missing.length > 0 ? ` (PGlite has no ${missing.join(', ')})` : ''}`

/** A missing role, or something of an extension that is missing, says something of the copy, not of the migration. */
function isAboutPlace({ sqlState, message }: Refused, missing: readonly string[]): boolean {
  if (sqlState === '42704' && /^role /.test(message)) return true
  return missing.length > 0 && ['42883', '42704', '3F000', '42P01'].includes(sqlState)
}

const sessionOf = (database: PGlite): SqlSession => ({
  async query<Row extends object>(text: string, values?: (string | string[] | null)[]) {
    if (values) return (await database.query<Row>(text, values)).rows
    return ((await database.exec(text)).at(-1)?.rows ?? []) as Row[]
  },
})
