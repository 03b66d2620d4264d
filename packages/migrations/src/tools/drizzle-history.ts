import { fileHashOf, type Recorded } from '../history.ts'
import type { MigrationScript } from '../migration-script.ts'
import type { SqlSession } from '../sql-session.ts'

/** A file with the moment Drizzle's journal gives it. */
export interface JournaledScript extends MigrationScript {
  /** Milliseconds; Drizzle applies what is later than the last it noted. Left out where nobody read the journal. */
  when?: number
}

/**
 * What Drizzle noted in `__drizzle_migrations`: hashes and moments, and names since its version 1. Its config may keep the table in
 * another schema than `drizzle`.
 */
export async function readDrizzleHistory(
  session: SqlSession,
  scripts: readonly JournaledScript[],
): Promise<Map<string, Recorded>> {
  const [there] = await session.query<{ table: string; names: boolean }>(
    `select quote_ident(table_schema) || '.__drizzle_migrations' as table, bool_or(column_name = 'name') as names
     from information_schema.columns where table_name = '__drizzle_migrations'
     group by table_schema order by table_schema <> 'drizzle', table_schema limit 1`,
  )
  if (!there) return new Map()
  const rows = await session.query<{ hash: string; at: string; name: string | null }>(
    `select hash, created_at::text as at, ${there.names ? 'name' : 'null::text as name'} from ${there.table} order by created_at, id`,
  )
  const taken = new Set<JournaledScript>()
  return new Map(
    rows.map(row => {
      const script = scriptOf(
        row,
        scripts.filter(each => !taken.has(each)),
      )
      if (script) taken.add(script)
      const version = script?.version ?? /^\d+/.exec(row.name ?? '')?.[0] ?? row.at
      const name = script?.name ?? row.name?.slice(version.length + 1) ?? null
      return [version, { version, name, statements: null, checksum: null, fileHash: row.hash }]
    }),
  )
}

const scriptOf = (
  { hash, at, name }: { hash: string; at: string; name: string | null },
  scripts: readonly JournaledScript[],
): JournaledScript | undefined =>
  scripts.find(each => name !== null && `${each.version}_${each.name}` === name) ??
  scripts.find(each => String(each.when) === at) ??
  scripts.find(each => fileHashOf(each.sql) === hash)
