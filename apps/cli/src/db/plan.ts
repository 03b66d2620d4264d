import { type Migration, refusedStatements } from '@gantry/core/api'
import { type DryRun, dryRun, judgeMigrations, type MigrationScript, nameOf } from '@gantry/migrations'
import type { DatabaseState } from './database-state.ts'
import type { MigrationsHere } from './migrations-here.ts'
import { type SquawkFinding, squawkFindings } from './squawk.ts'

/** What applying the migrations here would do to a database, and to the release that serves. */
export interface DbPlan {
  tool: MigrationsHere['tool']
  dir: string
  /** In the order they would be applied, each statement judged. */
  pending: Migration[]
  /** Versions that are in the database alone. */
  remoteOnly: string[]
  /** Names of files that say something else than what was applied. */
  changed: string[]
  halfDone: string[]
  invalidIndexes: { index: string; table: string }[]
  /** Null where it was not asked for. */
  dryRun: DryRun | null
  /** Null where squawk is not installed. */
  squawk: SquawkFinding[] | null
  /** Nothing is refused, the try did not fail, and what was applied is what stands here. */
  isSafe: boolean
}

/**
 * @param state null where no database is asked: then `before` says what it would have
 * @param isTried on an empty copy of the schema, which takes seconds
 */
export async function planMigrations(
  here: MigrationsHere,
  { state, before, isTried }: { state: DatabaseState | null; before: readonly MigrationScript[]; isTried: boolean },
): Promise<DbPlan> {
  const has = new Set(before.map(({ version }) => version))
  const pending = (await judgeMigrations(here.scripts)).filter(({ version }) => !has.has(version))
  const changed = state?.drift.changed.map(nameOf) ?? []
  const [tried, squawk] = await Promise.all([
    isTried ? dryRun(before, pending, { isSupabase: here.tool === 'Supabase' }) : null,
    squawkFindings(pending, here),
  ])
  const isRefused = before.length > 0 && pending.some(each => refusedStatements(each).length > 0)
  return {
    ...{ tool: here.tool, dir: here.dir, pending, changed, dryRun: tried, squawk },
    remoteOnly: state?.drift.remoteOnly.map(nameOf) ?? [],
    halfDone: state?.halfDone ?? [],
    invalidIndexes: state?.invalidIndexes ?? [],
    isSafe: !isRefused && tried?.state !== 'failed' && changed.length === 0 && (state?.halfDone.length ?? 0) === 0,
  }
}
