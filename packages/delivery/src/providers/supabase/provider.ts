import { GantryError, isPreview, type StepOutcome, shortSha } from '@gantry/core'
import { durationMs, env, namesReferredTo, withValues } from '@gantry/core/config'
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
import { defineProvider, type PlannedStep } from '../define-provider.ts'
import type { StepContext } from '../step-context.ts'
import { stepDone, stepFailed } from '../step-outcome.ts'
import { databaseName } from '../unique-name.ts'
import { vendorOutcome } from '../vendor/outcome.ts'
import { branchLimitMs, dropBranch, envOfBranch, makeBranch } from './branches.ts'
import type { DatabaseFacts } from './database-facts.ts'
import { applyByCommand } from './own-tool.ts'
import { supabase } from './settings.ts'

/** A database: a release brings its migrations, and a rollback leaves what is there. */
export const provider = defineProvider(supabase, {
  kindOf: () => 'postgres',
  isStateful: () => true,
  migrationsIn: ({ migrations }) => migrations,
  capabilities: () => ({ runsIn: 'job', keepsFormer: true, artifact: 'store', restoresEnv: true, isPages: false }),
  previews: {
    refusal: ({ database }) =>
      variableOf(database) === null
        ? "its address has to be one variable of the job: database: env('DATABASE_URL')"
        : null,
    removal: ({ service, environment, settings }) => [
      {
        ...{ id: `${service}.remove`, service, kind: 'remove', phase: 'retire', undoable: false },
        limitMs: durationMs(settings.timeout),
        summary: `${settings.branchesOf === undefined ? 'drop the database' : 'delete the branch'} ${service} of ${environment}`,
      },
    ],
    // Whatever else reads that variable is led to the database of the preview.
    env: ownEnv,
  },
  plan({ service, kind, release, environment, settings }) {
    if (kind === 'rollback') return []
    const count = counted(release.migrations.length, 'migration')
    const hasBranch = isPreview(environment) && settings.branchesOf !== undefined
    return [
      // Before whatever is prepared with its address.
      ...(hasBranch ? [branchStep(service, environment)] : []),
      {
        ...{ id: `${service}.migrate`, service, kind: 'migrate', phase: 'migrate', undoable: false },
        limitMs: durationMs(settings.timeout),
        summary: `bring ${service} to the schema of ${shortSha(release.id)} (${count})`,
      },
    ]
  },
  // What was applied is noted in the same transaction: a second time finds it.
  async perform(step, facts, context) {
    if (step.kind === 'branch') return makeBranch(facts, context)
    if (step.kind === 'remove') return remove(facts, context)
    const isOnServer = isPreview(facts.environment) && facts.settings.branchesOf === undefined
    const shared = isOnServer ? whyShared(facts, context) : null
    if (shared !== null) return stepFailed(shared)
    const made = isOnServer ? await makeOwn(facts, context) : stepDone()
    return made.ok ? vendorOutcome(async () => migrate(facts, await inOwn(facts, context))) : made
  },
  undo: async () => stepDone(),
  // The signal of the step cancels the statement that works, and its transaction is taken back.
  cancel: async () => {},
  verify: (facts, context) =>
    vendorOutcome(async () =>
      connected(facts, await inOwn(facts, context), async session => {
        await session.query('select 1')
        return stepDone()
      }),
    ),
  address: async () => null,
  async live(facts, context) {
    let detail = 'it did not answer'
    const own = await inOwn(facts, context)
    await connected(facts, own, async session => {
      const last = [...(await historyOf(session, facts, own)).keys()].toSorted().at(-1)
      detail = last === undefined ? 'no migration was applied' : `the schema is at ${last}`
      return stepDone()
    })
    return { release: null, detail }
  },
  // A database is started with nothing of the release's.
  envOf: async () => ({}),
  canRestore: async () => ({ can: true }),
})

const branchStep = (service: string, environment: string): PlannedStep => ({
  ...{ id: `${service}.branch`, service, kind: 'branch', phase: 'prepare', undoable: false },
  limitMs: branchLimitMs + 60_000,
  summary: `make the branch ${service} of ${environment} at Supabase, where it is not there yet`,
})

const migrate = (facts: DatabaseFacts, context: StepContext): Promise<StepOutcome> =>
  connected(facts, context, async session => {
    const { tool } = facts.settings
    const onWaiting = ({ application }: Waiting) =>
      context.log(`${facts.service}: waits for ${application ?? 'another one'} that migrates`)
    const { applied } =
      tool === 'supabase'
        ? await applyFiles(session, facts, { context, onWaiting })
        : await applyByCommand(session, tool, facts, { context, onWaiting })
    return stepDone(applied.length === 0 ? 'nothing to apply' : `applied ${applied.join(', ')}`, { applied })
  })

/** The one variable an address is read from; null where it is made of more. */
function variableOf(database: string): string | null {
  const [name, another] = namesReferredTo(database)
  return name !== undefined && another === undefined && database === env(name) ? name : null
}

/** A preview has a database of its own beside the one of the address, or a branch: its rows are nobody else's. */
async function ownEnv(facts: DatabaseFacts, context: StepContext): Promise<Record<string, string>> {
  const name = variableOf(facts.settings.database)
  if (name === null) return {}
  if (facts.settings.branchesOf !== undefined) return envOfBranch(facts, name, context)
  return { [name]: besideIt(context.env[name], databaseName(facts)) ?? '' }
}

/** The address of another database of the same server; null where the database of an address cannot be told from the rest of it. */
function besideIt(address: string | undefined, database: string): string | null {
  if (!address || !URL.canParse(address)) return null
  const url = new URL(address)
  url.pathname = `/${database}`
  // An address without `//` keeps what it had, and libpq takes the database of `?dbname=` first.
  const isIts = url.pathname === `/${database}` && !url.searchParams.has('dbname')
  return isIts && /^postgres(ql)?:$/.test(url.protocol) ? url.href : null
}

/** Why the preview would work in a database that others have; null where it has its own. */
function whyShared(facts: DatabaseFacts, { env }: StepContext): string | null {
  const name = variableOf(facts.settings.database)
  if (name === null || !env[name] || besideIt(env[name], databaseName(facts)) !== null) return null
  return `${name} has to be postgresql://user@host/database, for the preview to have a database of its own beside it`
}

async function inOwn(facts: DatabaseFacts, context: StepContext): Promise<StepContext> {
  if (!isPreview(facts.environment)) return context
  return { ...context, env: { ...context.env, ...(await ownEnv(facts, context)) } }
}

async function remove(facts: DatabaseFacts, context: StepContext): Promise<StepOutcome> {
  if (!isPreview(facts.environment)) return stepFailed(`the database of ${facts.environment} is never dropped`)
  return facts.settings.branchesOf === undefined ? dropOwn(facts, context) : dropBranch(facts, context)
}

const makeOwn = (facts: DatabaseFacts, context: StepContext): Promise<StepOutcome> =>
  connected(facts, context, async session => {
    const name = databaseName(facts)
    const there = await session.query('select 1 from pg_catalog.pg_database where datname = $1', [name])
    if (there.length === 0) await session.query(`create database "${name}"`)
    return stepDone()
  })

/** Whoever is still connected to it is of the preview that goes. */
const dropOwn = (facts: DatabaseFacts, context: StepContext): Promise<StepOutcome> =>
  connected(facts, context, async session => {
    const name = databaseName(facts)
    await session.query(`drop database if exists "${name}" with (force)`)
    return stepDone(`${name} is dropped`)
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
