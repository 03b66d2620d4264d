import { GantryError } from '@gantry/core'
import { withValues } from '@gantry/core/config'
import { applyByOwnTool, type Migrated, type OwnTool, type SqlSession, type Waiting } from '@gantry/migrations'
import { runCommand } from '../run-command.ts'
import type { StepContext } from '../step-context.ts'
import type { DatabaseFacts } from './database-facts.ts'

/** A migration that is ended in the middle may leave Prisma a question: it gets time to come to an end of its own. */
const graceMs = 30_000

/**
 * Has the command of the repository apply what the release brings.
 * @throws GantryError MIGRATION_FAILED with the last `lines` it wrote; MIGRATION_CHANGED, MIGRATION_DRIFT
 */
export function applyByCommand(
  session: SqlSession,
  tool: OwnTool,
  facts: DatabaseFacts,
  { context, onWaiting }: { context: StepContext; onWaiting(holder: Waiting): void },
): Promise<Migrated> {
  const { settings, release, service } = facts
  const url = withValues(settings.database, context.env)
  return applyByOwnTool(session, tool, {
    ...{ scripts: release.migrations, url, ignoresRemote: settings.ignoreRemote, onWaiting },
    async run(connection) {
      const { command = '' } = settings
      context.log(`${service}: ${command}`)
      const { fault, lines } = await runCommand({
        ...{ command, cwd: context.cwd, env: { ...context.env, DATABASE_URL: url } },
        ...{ signal: context.signal, graceMs, holds: connection === null ? [] : [connection] },
        onLine: text => context.log(`${service}: ${text}`),
      })
      if (fault !== null) throw new GantryError('MIGRATION_FAILED', `${command} ${fault}`, { lines })
    },
  })
}
