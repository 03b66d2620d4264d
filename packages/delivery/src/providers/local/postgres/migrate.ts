import { GantryError, type Migration } from '@gantry/core'
import { applyMigrations, type Migrated, type SqlSession } from '@gantry/migrations'
import { Client } from 'pg'

/**
 * Brings a product's database to a release's schema, see `applyMigrations`.
 * @throws GantryError MIGRATION_CHANGED, MIGRATION_FAILED, DATABASE_UNREACHABLE
 */
export function migrate(url: string, migrations: Migration[]): Promise<Migrated> {
  const before = underWay.get(url) ?? Promise.resolve()
  const outcome = before.then(() => migrateNow(url, migrations))
  underWay.set(
    url,
    outcome.catch(() => undefined),
  )
  return outcome
}

/** The lock in the database holds others off, but connections to an embedded one share a session, and so its locks. */
const underWay = new Map<string, Promise<unknown>>()

async function migrateNow(url: string, migrations: Migration[]): Promise<Migrated> {
  const client = new Client({ connectionString: url, application_name: 'gantry migrate' })
  // A connection that breaks rejects the query that runs; without a listener it would end the process too.
  client.on('error', () => undefined)
  await client.connect().catch(cause => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new GantryError('DATABASE_UNREACHABLE', `the database did not answer: ${why}`, {}, { cause })
  })
  try {
    return await applyMigrations(sessionOf(client), migrations)
  } finally {
    await client.end().catch(() => undefined)
  }
}

const sessionOf = (client: Client): SqlSession => ({
  query: async (text, values) => (await client.query(text, values)).rows,
})
