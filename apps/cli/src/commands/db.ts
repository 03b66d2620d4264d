import { GantryError } from '@gantry/core'
import { refusedInWords, refusedStatements } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import { nameOf, requireNoDrift, requireNoneHalfDone, withConnection } from '@gantry/migrations'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand, type ExitCode } from '../command/command.ts'
import { apply } from '../db/apply.ts'
import { scriptsAt } from '../db/base-scripts.ts'
import { type DatabaseState, databaseState } from '../db/database-state.ts'
import { databaseUrl, requiredUrl } from '../db/database-url.ts'
import { type MigrationsHere, migrationsHere } from '../db/migrations-here.ts'
import { newMigration } from '../db/new-migration.ts'
import { type DbPlan, planMigrations } from '../db/plan.ts'
import { sayProgress } from '../db/progress.ts'
import { renderDbPlan } from '../db/render-plan.ts'
import { renderStatus } from '../db/render-status.ts'
import type { Host } from '../host.ts'
import { repositoryTop } from '../local-run/git-facts.ts'
import { confirm } from '../terminal/confirm.ts'
import { outputOf } from '../terminal/output.ts'

const actions = actionsOf({ plan, apply: applyAll, status, new: add })
const mostSeconds = 86_400

export const command = defineCommand({
  arguments: [actions.argument, { name: '[name]', text: 'new: what the migration does, such as add_slug_to_sites' }],
  options: [
    {
      flags: '--url-from <name>',
      text: 'the variable that holds the address of the database',
      default: 'DATABASE_URL',
    },
    { flags: '--dir <folder>', text: 'where the migrations are, from the top of the repository; found by itself' },
    { flags: '--base <ref>', text: 'plan: without a database, what is new since this commit' },
    { flags: '--yes', text: 'apply: also what may break the release that serves' },
    { flags: '--ignore-remote', text: 'apply: although the database has migrations that are not here' },
    { flags: '--lock-timeout <seconds>', text: 'apply: how long a statement waits for a lock', default: '4' },
    {
      flags: '--statement-timeout <seconds>',
      text: 'apply: how long one statement may work; 0 for any time',
      default: '0',
    },
    { flags: '--dry-run', text: 'apply, new: say what would be done' },
  ],
  details: `plan    what would be applied: each statement with what it does to the release that serves, tried on an empty copy of the
        schema; exits 1 where one is refused or fails
apply   applies it, under a lock, into the history of the Supabase CLI; Prisma's and Drizzle's by the command the repository has.
        What may break the release that serves is asked about first, and refused where nobody can be asked, without --yes
status  what the database has, what it lacks, and where the two differ
new     an empty migration behind all others`,
  examples: [
    'db plan',
    'db plan --base origin/main',
    'db apply --url-from STAGING_DATABASE_URL',
    'db status',
    'db new add_slug_to_sites',
  ],
  run: actions.run,
})

async function found(call: Call, host: Host): Promise<MigrationsHere> {
  const here = await migrationsHere(host.cwd, call.text('dir'))
  if (here) return here
  throw new CalledWrongly(
    'expected migrations of Supabase, Prisma or Drizzle in this repository, found none',
    'See `gantry db new`.',
  )
}

async function plan(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const here = await found(call, host)
  const base = call.text('base')
  const url = base === undefined ? databaseUrl(call, host) : null
  const made = url
    ? await withConnection(url, async session =>
        planFor(await databaseState(session, here, url), here, { isTried: true }),
      )
    : await planMigrations(here, {
        ...{ state: null, before: base === undefined ? [] : await scriptsAt(base, here), isTried: true },
      })
  if (!url && base === undefined)
    output.note(`${call.required('urlFrom')} names no database: everything counts as new. See --base.`)
  output.json(made)
  output.print(renderDbPlan(made, output.paint))
  return made.isSafe ? 0 : 1
}

const planFor = (state: DatabaseState, here: MigrationsHere, { isTried }: { isTried: boolean }): Promise<DbPlan> =>
  planMigrations(here, { state, before: [...state.drift.applied, ...state.drift.changed], isTried })

async function applyAll(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const here = await found(call, host)
  const url = requiredUrl(call, host)
  const seconds = (name: string) => call.int(name, { min: 0, max: mostSeconds }) ?? 0
  const limits = {
    lockTimeoutMs: seconds('lockTimeout') * 1_000,
    statementTimeoutMs: seconds('statementTimeout') * 1_000,
  }
  return withConnection(url, async session => {
    const state = await databaseState(session, here, url)
    const made = await planFor(state, here, { isTried: call.flag('dryRun') })
    output.print(renderDbPlan(made, output.paint))
    const ignoresRemote = call.flag('ignoreRemote')
    requireNoDrift(state.drift, { ignoresRemote })
    if (call.flag('dryRun')) {
      // Otherwise it is asked under the lock: what is begun now may be at work.
      requireNoneHalfDone(state)
      output.json({ plan: made })
      return made.isSafe ? 0 : 1
    }
    if (!(await isWanted(made, call, host))) {
      output.note('nothing was changed')
      return 1
    }
    await using progress = sayProgress(url, output.note)
    const migrated = await apply(session, here, {
      ...{ url, host, output, ignoresRemote },
      options: {
        ...limits,
        onStatement: progress.onStatement,
        onWaiting: ({ application, since }) =>
          output.note(
            `waits for ${application ?? 'another process'}, which migrates this database${since ? ` since ${since}` : ''}`,
          ),
      },
    })
    const { invalidIndexes } = await databaseState(session, here, url)
    output.json({ plan: made, ...migrated, invalidIndexes })
    output.print(migrated.applied.length === 0 ? 'nothing was to apply' : `applied ${migrated.applied.join(', ')}`)
    for (const { index, table } of invalidIndexes) output.note(`index ${index} of ${table} is not valid`)
    return 0
  })
}

/** @throws GantryError MIGRATION_UNSAFE where nobody can be asked */
async function isWanted({ pending, isSafe, halfDone }: DbPlan, call: Call, host: Host): Promise<boolean> {
  const refused = pending.flatMap(refusedStatements)
  // What is half done is asked again under the lock.
  if (isSafe || call.flag('yes') || (halfDone.length > 0 && refused.length === 0)) return true
  if (host.isInteractive && !call.flag('json')) {
    return confirm(
      host,
      `${counted(refused.length, 'statement')} may break the release that serves. Apply all the same?`,
    )
  }
  throw new GantryError('MIGRATION_UNSAFE', `refused: ${refusedInWords(pending)}`)
}

async function status(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const here = await found(call, host)
  const url = requiredUrl(call, host)
  const state = await withConnection(url, session => databaseState(session, here, url))
  const names = (list: Parameters<typeof nameOf>[0][]) => list.map(nameOf)
  const { applied, localOnly, remoteOnly, changed } = state.drift
  output.json({
    ...{ tool: here.tool, dir: here.dir, applied: names(applied), localOnly: names(localOnly) },
    ...{ remoteOnly: names(remoteOnly), changed: names(changed) },
    ...{ halfDone: state.halfDone, invalidIndexes: state.invalidIndexes },
  })
  output.print(renderStatus(here, state))
  return remoteOnly.length + changed.length + state.halfDone.length + state.invalidIndexes.length === 0 ? 0 : 1
}

async function add(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const top = await repositoryTop(host.cwd)
  const here = (await migrationsHere(host.cwd, call.text('dir'))) ?? {
    ...{ top, dir: 'supabase/migrations', tool: 'Supabase' as const, scripts: [], command: null },
  }
  const path = await newMigration(call.text('name') ?? '', here, { now: host.now(), isDry: call.flag('dryRun') })
  output.json({ path })
  output.print(path)
}
