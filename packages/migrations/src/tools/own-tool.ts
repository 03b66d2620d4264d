import { GantryError } from '@gantry/core'
import type { Migrated } from '../apply-migrations.ts'
import { type Drift, driftOf, nameOf, requireNoDrift } from '../drift.ts'
import type { Recorded } from '../history.ts'
import { type Waiting, whileLocked } from '../lock.ts'
import type { SqlSession } from '../sql-session.ts'
import { type JournaledScript, readDrizzleHistory } from './drizzle-history.ts'
import { prismaSchemaIn, readPrismaHistory } from './prisma-history.ts'

/** Tools that keep a history of their own, and apply their migrations by a command of theirs. */
export type OwnTool = 'prisma' | 'drizzle'

/** What a database has of the migrations of a tool, by what the tool noted there. */
export interface ToolState {
  history: ReadonlyMap<string, Recorded>
  drift: Drift
  /** Migrations that Prisma began and did not end. */
  halfDone: string[]
}

/** @param url of the database: Prisma reads from it which schema is meant */
export async function readToolState(
  session: SqlSession,
  tool: OwnTool,
  { scripts, url }: { scripts: readonly JournaledScript[]; url: string },
): Promise<ToolState> {
  if (tool === 'drizzle') {
    const history = await readDrizzleHistory(session, scripts)
    return { history, drift: driftOf(history, scripts), halfDone: [] }
  }
  const { history, halfDone } = await readPrismaHistory(session, prismaSchemaIn(url))
  return { history, drift: driftOf(history, scripts), halfDone }
}

export interface ToolRun {
  scripts: readonly JournaledScript[]
  url: string
  ignoresRemote: boolean
  /**
   * Runs the command of the repository to its end. It has to keep the connection open: who holds that holds the lock.
   * @throws GantryError MIGRATION_FAILED
   */
  run(connection: number | null): Promise<void>
  /** Told while another process migrates this database. */
  onWaiting?: ((holder: Waiting) => void) | undefined
}

/**
 * Has what is missing applied by the tool's own command, while nobody else migrates this database. What the command says of
 * itself is not believed: its tool's history is read again.
 * @throws GantryError MIGRATION_FAILED, MIGRATION_CHANGED, MIGRATION_DRIFT
 */
export async function applyByOwnTool(session: SqlSession, tool: OwnTool, run: ToolRun): Promise<Migrated> {
  return whileLocked(session, { kind: 'session', onWaiting: run.onWaiting }, async () => {
    const before = await readToolState(session, tool, run)
    requireNoneHalfDone(before)
    requireNoDrift(before.drift, { ignoresRemote: run.ignoresRemote })
    const alreadyThere = versionsOf(before)
    if (before.drift.localOnly.length === 0) return { applied: [], alreadyThere }
    await run.run(session.connection?.() ?? null)
    const after = await readToolState(session, tool, run)
    requireNoneHalfDone(after)
    const left = after.drift.localOnly.map(nameOf)
    if (left.length > 0) throw notApplied(left)
    return { applied: versionsOf(after).filter(version => !alreadyThere.includes(version)), alreadyThere }
  })
}

/** Prisma goes no further before somebody said what became of it. @throws GantryError MIGRATION_FAILED */
export function requireNoneHalfDone({ halfDone }: Pick<ToolState, 'halfDone'>): void {
  const [first] = halfDone
  if (first === undefined) return
  const said = `${halfDone.join(', ')}: begun before and not ended. Look at what is there, then say so: \`prisma migrate resolve --rolled-back ${first}\`, or \`--applied\``
  throw new GantryError('MIGRATION_FAILED', said, { halfDone })
}

const notApplied = (left: readonly string[]) =>
  new GantryError('MIGRATION_FAILED', `the command ended well, and the database has no ${left.join(', ')}`, { left })

const versionsOf = ({ drift }: ToolState): string[] =>
  [...drift.applied, ...drift.changed].map(({ version }) => version).toSorted()
