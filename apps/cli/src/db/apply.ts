import { type ApplyOptions, applyMigrations, type Migrated, type SqlSession, whileLocked } from '@gantry/migrations'
import type { Host } from '../host.ts'
import type { Output } from '../terminal/output.ts'
import { databaseState } from './database-state.ts'
import type { MigrationsHere } from './migrations-here.ts'
import { runOwnTool } from './own-tool.ts'

/**
 * Applies what is missing. Those of Prisma and Drizzle are applied by the command the repository has, under the same lock.
 * @throws GantryError MIGRATION_FAILED, MIGRATION_CHANGED
 */
export async function apply(
  session: SqlSession,
  here: MigrationsHere,
  { url, host, output, options }: { url: string; host: Host; output: Output; options: ApplyOptions },
): Promise<Migrated> {
  if (here.tool === 'Supabase') return applyMigrations(session, here.scripts, options)
  return whileLocked(session, { kind: 'session', onWaiting: options.onWaiting }, async () => {
    const before = await appliedHere(session, here)
    if (before.length < here.scripts.length) await runOwnTool(here, { url, host, output })
    const after = await appliedHere(session, here)
    return { applied: after.filter(version => !before.includes(version)), alreadyThere: before }
  })
}

async function appliedHere(session: SqlSession, here: MigrationsHere): Promise<string[]> {
  const { drift } = await databaseState(session, here)
  return [...drift.applied, ...drift.changed].map(({ version }) => version).toSorted()
}
