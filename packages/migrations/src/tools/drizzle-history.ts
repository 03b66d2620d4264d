import { fileHashOf, type Recorded } from '../history.ts'
import type { MigrationScript } from '../migration-script.ts'
import type { SqlSession } from '../sql-session.ts'

/** A file of Drizzle with the moment its journal gives it. */
export interface JournaledScript extends MigrationScript {
  /** Milliseconds; Drizzle applies what is later than the last it noted. */
  when: number
}

/** What Drizzle noted in `drizzle.__drizzle_migrations`: hashes and moments, no names. */
export async function readDrizzleHistory(
  session: SqlSession,
  scripts: readonly JournaledScript[],
): Promise<Map<string, Recorded>> {
  const [there] = await session.query<{ is: boolean }>(
    `select to_regclass('drizzle.__drizzle_migrations') is not null as is`,
  )
  if (!there?.is) return new Map()
  const rows = await session.query<{ hash: string; at: string }>(
    'select hash, created_at::text as at from drizzle.__drizzle_migrations order by created_at',
  )
  return new Map(
    rows.map(({ hash, at }) => {
      const script =
        scripts.find(each => String(each.when) === at) ?? scripts.find(each => fileHashOf(each.sql) === hash)
      const version = script?.version ?? at
      return [version, { version, name: script?.name ?? null, statements: null, checksum: null, fileHash: hash }]
    }),
  )
}
