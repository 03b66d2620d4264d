import { type Drift, driftOf, invalidIndexes, readHistory, readToolState, type SqlSession } from '@gantry/migrations'
import { type MigrationsHere, ownToolOf } from './migrations-here.ts'

export interface DatabaseState {
  drift: Drift
  /** Migrations that Prisma began and did not end. */
  halfDone: string[]
  invalidIndexes: { index: string; table: string }[]
}

/** What a database has of the migrations here, by what their own tool noted there. */
export async function databaseState(session: SqlSession, here: MigrationsHere, url: string): Promise<DatabaseState> {
  const { drift, halfDone } = await stateOf(session, here, url)
  return { drift, halfDone, invalidIndexes: await invalidIndexes(session) }
}

async function stateOf(session: SqlSession, { tool, scripts }: MigrationsHere, url: string) {
  const own = ownToolOf(tool)
  if (own !== null) return readToolState(session, own, { scripts, url })
  return { drift: driftOf(await readHistory(session), scripts), halfDone: [] }
}
