import { GantryError, type StepOutcome, shortSha } from '@gantry/core'
import { durationMs, namesReferredTo, withValues } from '@gantry/core/config'
import { counted } from '@gantry/core/words'
import {
  applyMigrations,
  driftOf,
  type Migrated,
  readHistory,
  readToolState,
  requireNoDrift,
  type SqlSession,
  type Waiting,
  withConnection,
} from '@gantry/migrations'
import { defineProvider } from '../define-provider.ts'
import type { StepContext } from '../step-context.ts'
import { stepDone, stepFailed } from '../step-outcome.ts'
import type { DatabaseFacts } from './database-facts.ts'
import { applyByCommand } from './own-tool.ts'
import { supabase } from './settings.ts'

/** A database: a release brings its migrations, and a rollback leaves what is there. */
export const provider = defineProvider(supabase, {
  kindOf: () => 'postgres',
  isStateful: () => true,
  migrationsIn: ({ migrations }) => migrations,
  capabilities: () => ({ runsIn: 'job', keepsFormer: true, artifact: 'store', restoresEnv: true, isPages: false }),
  plan({ service, kind, release, settings }) {
    if (kind === 'rollback') return []
    const count = counted(release.migrations.length, 'migration')
    return [
      {
        ...{ id: `${service}.migrate`, service, kind: 'migrate', phase: 'migrate', undoable: false },
        limitMs: durationMs(settings.timeout),
        summary: `bring ${service} to the schema of ${shortSha(release.id)} (${count})`,
      },
    ]
  },
  // What was applied is noted in the same transaction: a second time finds it.
  perform: (_step, facts, context) =>
    connected(facts, context, async session => {
      const { tool } = facts.settings
      const onWaiting = ({ application }: Waiting) =>
        context.log(`${facts.service}: waits for ${application ?? 'another one'} that migrates`)
      const { applied } =
        tool === 'supabase'
          ? await applyFiles(session, facts, { context, onWaiting })
          : await applyByCommand(session, tool, facts, { context, onWaiting })
      return stepDone(applied.length === 0 ? 'nothing to apply' : `applied ${applied.join(', ')}`, { applied })
    }),
  undo: async () => stepDone(),
  // The signal of the step cancels the statement that works, and its transaction is taken back.
  cancel: async () => {},
  verify: (facts, context) =>
    connected(facts, context, async session => {
      await session.query('select 1')
      return stepDone()
    }),
  address: async () => null,
  async live(facts, context) {
    let detail = 'it did not answer'
    await connected(facts, context, async session => {
      const last = [...(await historyOf(session, facts, context)).keys()].toSorted().at(-1)
      detail = last === undefined ? 'no migration was applied' : `the schema is at ${last}`
      return stepDone()
    })
    return { release: null, detail }
  },
  // A database is started with nothing of the release's.
  envOf: async () => ({}),
  canRestore: async () => ({ can: true }),
})

interface Told {
  context: StepContext
  onWaiting(holder: Waiting): void
}

async function applyFiles(
  session: SqlSession,
  { settings, release, service }: DatabaseFacts,
  { context, onWaiting }: Told,
): Promise<Migrated> {
  // Before anything is applied, as `gantry db apply` does: half of it applied is worse than none.
  const drift = driftOf(await readHistory(session), release.migrations)
  requireNoDrift(drift, { ignoresRemote: settings.ignoreRemote })
  return applyMigrations(session, release.migrations, {
    lockTimeoutMs: durationMs(settings.lockTimeout),
    statementTimeoutMs: durationMs(settings.statementTimeout),
    onWaiting,
    onStatement: ({ isDone, migration, statement, of }) => {
      if (!isDone) context.log(`${service}: ${migration}, statement ${statement} of ${of}`)
    },
  })
}

async function historyOf(session: SqlSession, { settings, release }: DatabaseFacts, { env }: StepContext) {
  if (settings.tool === 'supabase') return readHistory(session)
  const said = { scripts: release.migrations, url: withValues(settings.database, env) }
  return (await readToolState(session, settings.tool, said)).history
}

/** What goes wrong at the database is an outcome. */
async function connected(
  { settings: { database }, environment }: DatabaseFacts,
  { env, signal }: StepContext,
  work: (session: SqlSession) => Promise<StepOutcome>,
): Promise<StepOutcome> {
  const missing = namesReferredTo(database).filter(name => !env[name])
  if (missing.length > 0) return stepFailed(`the job of ${environment} has no ${missing.join(', ')}`)
  try {
    return await withConnection(withValues(database, env), work, { application: 'gantry deploy', signal })
  } catch (cause) {
    if (cause instanceof GantryError) return stepFailed(`${cause.code}: ${cause.message}`, linesIn(cause))
    return stepFailed(cause instanceof Error ? cause.message : String(cause))
  }
}

const linesIn = ({ facts: { lines } }: GantryError): string[] => (Array.isArray(lines) ? lines.map(String) : [])
