import { type ApplyOptions, applyByOwnTool, applyMigrations, type Migrated, type SqlSession } from '@gantry/migrations'
import type { Host } from '../host.ts'
import type { Output } from '../terminal/output.ts'
import { type MigrationsHere, ownToolOf } from './migrations-here.ts'
import { runOwnTool } from './own-tool.ts'

/**
 * Applies what is missing. Those of Prisma and Drizzle are applied by the command the repository has, under the same lock.
 * @throws GantryError MIGRATION_FAILED, MIGRATION_CHANGED, MIGRATION_DRIFT
 */
export async function apply(
  session: SqlSession,
  here: MigrationsHere,
  {
    url,
    host,
    output,
    ignoresRemote,
    options,
  }: { url: string; host: Host; output: Output; ignoresRemote: boolean; options: ApplyOptions },
): Promise<Migrated> {
  const tool = ownToolOf(here.tool)
  if (tool === null) return applyMigrations(session, here.scripts, options)
  return applyByOwnTool(session, tool, {
    ...{ scripts: here.scripts, url, ignoresRemote, onWaiting: options.onWaiting },
    run: connection => runOwnTool(here, { url, host, output, connection }),
  })
}
