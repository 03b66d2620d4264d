import type { Recorded } from '../history.ts'
import type { SqlSession } from '../sql-session.ts'

/**
 * What Prisma noted in `_prisma_migrations`. One that ended half-way is there and not applied: Prisma refuses to go on until
 * somebody resolves it.
 */
export async function readPrismaHistory(
  session: SqlSession,
  schema: string,
): Promise<{ history: Map<string, Recorded>; halfDone: string[] }> {
  const table = `"${schema.replaceAll('"', '""')}"._prisma_migrations`
  const [there] = await session.query<{ is: boolean }>('select to_regclass($1) is not null as is', [table])
  if (!there?.is) return { history: new Map(), halfDone: [] }
  const rows = await session.query<{ name: string; checksum: string; ended: boolean }>(
    `select migration_name as name, checksum, finished_at is not null as ended from ${table}
     where rolled_back_at is null order by started_at`,
  )
  const recorded = rows
    .filter(({ ended }) => ended)
    .map(({ name, checksum }): [string, Recorded] => {
      const version = versionOf(name)
      return [
        version,
        { version, name: name.slice(version.length + 1), statements: null, checksum: null, fileHash: checksum },
      ]
    })
  return { history: new Map(recorded), halfDone: rows.filter(({ ended }) => !ended).map(({ name }) => name) }
}

/** Prisma works in the schema that the address names, as in `?schema=shop`. */
export const prismaSchemaIn = (url: string): string =>
  (URL.canParse(url) ? new URL(url).searchParams.get('schema') : null) || 'public'

const versionOf = (name: string): string => /^\d+/.exec(name)?.[0] ?? name
