import type { Recorded } from '../history.ts'
import type { SqlSession } from '../sql-session.ts'

/** What Prisma noted in `_prisma_migrations`. One that ended half-way is there and not applied: Prisma refuses to go on until somebody resolves it. */
export async function readPrismaHistory(
  session: SqlSession,
): Promise<{ history: Map<string, Recorded>; halfDone: string[] }> {
  const [there] = await session.query<{ is: boolean }>(`select to_regclass('_prisma_migrations') is not null as is`)
  if (!there?.is) return { history: new Map(), halfDone: [] }
  const rows = await session.query<{ name: string; checksum: string; ended: boolean }>(
    `select migration_name as name, checksum, finished_at is not null as ended from _prisma_migrations
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

const versionOf = (name: string): string => /^\d+/.exec(name)?.[0] ?? name
