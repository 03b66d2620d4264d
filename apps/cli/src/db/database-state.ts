import {
  type Drift,
  driftOf,
  invalidIndexes,
  readDrizzleHistory,
  readHistory,
  readPrismaHistory,
  type SqlSession,
} from '@gantry/migrations'
import type { MigrationsHere } from './migrations-here.ts'

export interface DatabaseState {
  drift: Drift
  /** Migrations that Prisma began and did not end. */
  halfDone: string[]
  invalidIndexes: { index: string; table: string }[]
}

/** What a database has of the migrations here, by what their own tool noted there. */
export async function databaseState(session: SqlSession, { tool, scripts }: MigrationsHere): Promise<DatabaseState> {
  const { history, halfDone } = await historyOf(session, tool, scripts)
  return { drift: driftOf(history, scripts), halfDone, invalidIndexes: await invalidIndexes(session) }
}

async function historyOf(session: SqlSession, tool: MigrationsHere['tool'], scripts: MigrationsHere['scripts']) {
  if (tool === 'Prisma') return readPrismaHistory(session)
  if (tool === 'Drizzle') return { history: await readDrizzleHistory(session, scripts), halfDone: [] }
  return { history: await readHistory(session), halfDone: [] }
}
