import { GantryError } from '@gantry/core'
import { concurrentIndexOf, dropInvalid, indexesOf, refusesTransaction } from './concurrent-index.ts'
import type { MigrationScript } from './migration-script.ts'
import type { SqlSession } from './sql-session.ts'
import type { SqlStatement } from './sql-tokens.ts'

type Perform = (statement: SqlStatement) => Promise<void>

export interface Carrying {
  perform: Perform
  /** In the transaction that has begun. */
  limitLocks(): Promise<void>
}

/** How far a migration came that cannot be one transaction. `begun` is a statement whose end nobody saw. */
interface Progress {
  done: string[]
  begun: string | null
}

/**
 * Applies a migration whose statements cannot be one transaction, each for itself, and remembers how far it came: the next
 * try after a failure, or after a process that died, goes on where this one ended. Every statement that may is one
 * transaction with that note; the others leave nothing half-done behind.
 * @throws GantryError MIGRATION_CHANGED when a statement that was carried out has been edited since
 */
export async function applyStatements(
  session: SqlSession,
  migration: MigrationScript,
  statements: SqlStatement[],
  carrying: Carrying,
): Promise<void> {
  await session.query(progressTable)
  const progress = await progressOf(session, migration)
  const edited = progress.done.findIndex((text, index) => statements[index]?.text !== text)
  if (edited !== -1) {
    const name = `${migration.version}_${migration.name}`
    const what = `statement ${edited + 1} of ${name} was carried out before a later one failed, and has been edited since`
    throw new GantryError('MIGRATION_CHANGED', what, { name })
  }
  const done = [...progress.done]
  for (const statement of statements.slice(done.length)) {
    const note = { done: [...done, statement.text], begun: null }
    if (refusesTransaction(statement)) {
      const isInDoubt = progress.begun === statement.text
      await save(session, migration, { done, begun: statement.text })
      try {
        await performAlone(session, statement, isInDoubt, carrying)
      } catch (cause) {
        // It answered, so nothing is in doubt. Where the connection is gone, the mark stays.
        await save(session, migration, { done, begun: null }).catch(() => {})
        throw cause
      }
      await save(session, migration, note)
    } else await performWith(session, statement, () => save(session, migration, note), carrying)
    done.push(statement.text)
  }
}

/** In the transaction that records the migration. */
export const forgetProgress = (session: SqlSession, { version }: MigrationScript): Promise<unknown> =>
  session.query('delete from supabase_migrations.gantry_progress where version = $1', [version])

async function performWith(
  session: SqlSession,
  statement: SqlStatement,
  note: () => Promise<void>,
  { perform, limitLocks }: Carrying,
): Promise<void> {
  await session.query('begin')
  try {
    await limitLocks()
    await perform(statement)
    await note()
    await session.query('commit')
  } catch (cause) {
    await session.query('rollback').catch(() => {})
    throw cause
  }
}

/** `isInDoubt`: the last try may have carried it out without anybody noting it. */
async function performAlone(
  session: SqlSession,
  statement: SqlStatement,
  isInDoubt: boolean,
  { perform }: Carrying,
): Promise<void> {
  const index = concurrentIndexOf(statement)
  if (!index) return perform(statement)
  const before = await indexesOf(session, index)
  if (index.name !== null) {
    if (isInDoubt && before.some(({ isValid }) => isValid)) return
    await dropInvalid(session, before)
  }
  try {
    await perform(statement)
  } catch (cause) {
    const known = new Set(before.map(({ quoted }) => quoted))
    const left = (await indexesOf(session, index)).filter(({ quoted }) => index.name !== null || !known.has(quoted))
    await dropInvalid(session, left)
    throw cause
  }
}

async function progressOf(session: SqlSession, { version }: MigrationScript): Promise<Progress> {
  const [progress] = await session.query<Progress>(
    'select done, begun from supabase_migrations.gantry_progress where version = $1',
    [version],
  )
  return progress ?? { done: [], begun: null }
}

async function save(session: SqlSession, { version }: MigrationScript, { done, begun }: Progress): Promise<void> {
  await session.query(
    `insert into supabase_migrations.gantry_progress (version, done, begun) values ($1, $2, $3)
     on conflict (version) do update set done = excluded.done, begun = excluded.begun`,
    [version, done, begun],
  )
}

const progressTable = `create table if not exists supabase_migrations.gantry_progress (
  version text primary key, done text[] not null, begun text)`
