import { join } from 'node:path'
import { migrate } from '../migrate/migrate.ts'
import { openEmbedded } from './embedded.ts'
import { openInFolder } from './first-boot.ts'
import { type Database, databaseOn } from './opened-database.ts'
import { openPostgres } from './postgres.ts'
import type { Engine } from './session.ts'

export type DatabaseAddress =
  /** `templateDir` keeps a ready-made empty database, which makes every first boot but one fast. */
  { kind: 'embedded'; dir: string; templateDir?: string } | { kind: 'postgres'; url: string }

/** The one schema, as the Supabase CLI reads it too. */
export const migrationsDir = join(import.meta.dirname, '../../../../supabase/migrations')

/**
 * Opens the database and brings its schema up to date.
 * @throws GantryError DATABASE_UNREACHABLE, HOME_UNWRITABLE, MIGRATION_FAILED, MIGRATION_CHANGED
 */
export async function openDatabase(address: DatabaseAddress): Promise<Database> {
  if (address.kind === 'embedded') {
    return openInFolder(address, migrationsDir, async dir => prepare(await openEmbedded(dir)))
  }
  return prepare(await openPostgres(address.url))
}

async function prepare(engine: Engine): Promise<Database> {
  const database = databaseOn(engine)
  try {
    await migrate(database, migrationsDir)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}
