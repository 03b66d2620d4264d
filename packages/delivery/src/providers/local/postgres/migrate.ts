import type { Migration } from '@gantry/core'
import { applyMigrations, type Migrated, withConnection } from '@gantry/migrations'

/**
 * Brings a product's database to a release's schema, see `applyMigrations`.
 * @throws GantryError MIGRATION_CHANGED, MIGRATION_FAILED, DATABASE_UNREACHABLE
 */
export function migrate(url: string, migrations: Migration[]): Promise<Migrated> {
  const before = underWay.get(url) ?? Promise.resolve()
  const outcome = before.then(() => withConnection(url, session => applyMigrations(session, migrations)))
  underWay.set(
    url,
    outcome.catch(() => undefined),
  )
  return outcome
}

/** The lock in the database holds others off, but connections to an embedded one share a session, and so its locks. */
const underWay = new Map<string, Promise<unknown>>()
