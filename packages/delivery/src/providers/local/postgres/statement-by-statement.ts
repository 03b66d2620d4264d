import { GantryError, type Migration, type SqlStatement } from '@gantry/core'
import type { Client } from 'pg'
import { concurrentIndexOf, dropInvalid, indexesOf, refusesTransaction } from './concurrent-index.ts'

type Perform = (sql: string) => Promise<void>

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
  client: Client,
  migration: Migration,
  statements: SqlStatement[],
  perform: Perform,
): Promise<void> {
  const progress = await progressOf(client, migration)
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
      await save(client, migration, { done, begun: statement.text })
      try {
        await performAlone(client, statement, isInDoubt, perform)
      } catch (cause) {
        // It answered, so nothing is in doubt. Where the connection is gone, the mark stays.
        await save(client, migration, { done, begun: null }).catch(() => {})
        throw cause
      }
      await save(client, migration, note)
    } else await performWith(client, statement, () => save(client, migration, note), perform)
    done.push(statement.text)
  }
}

/** In the transaction that records the migration. */
export const forgetProgress = (client: Client, { version }: Migration): Promise<unknown> =>
  client.query('delete from gantry.migration_progress where version = $1', [version])

async function performWith(
  client: Client,
  { text }: SqlStatement,
  note: () => Promise<void>,
  perform: Perform,
): Promise<void> {
  await client.query('begin')
  try {
    await client.query("set local lock_timeout = '4s'")
    await perform(text)
    await note()
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback').catch(() => {})
    throw cause
  }
}

/** `isInDoubt`: the last try may have carried it out without anybody noting it. */
async function performAlone(
  client: Client,
  statement: SqlStatement,
  isInDoubt: boolean,
  perform: Perform,
): Promise<void> {
  const index = concurrentIndexOf(statement)
  if (!index) return perform(statement.text)
  const before = await indexesOf(client, index)
  if (index.name !== null) {
    if (isInDoubt && before.some(({ isValid }) => isValid)) return
    await dropInvalid(client, before)
  }
  try {
    await perform(statement.text)
  } catch (cause) {
    const known = new Set(before.map(({ quoted }) => quoted))
    const left = (await indexesOf(client, index)).filter(({ quoted }) => index.name !== null || !known.has(quoted))
    await dropInvalid(client, left)
    throw cause
  }
}

async function progressOf(client: Client, { version }: Migration): Promise<Progress> {
  const { rows } = await client.query<Progress>(
    'select done, begun from gantry.migration_progress where version = $1',
    [version],
  )
  return rows[0] ?? { done: [], begun: null }
}

async function save(client: Client, { version }: Migration, { done, begun }: Progress): Promise<void> {
  await client.query(
    `insert into gantry.migration_progress (version, done, begun) values ($1, $2, $3)
     on conflict (version) do update set done = excluded.done, begun = excluded.begun`,
    [version, done, begun],
  )
}
