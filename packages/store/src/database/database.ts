import { join } from 'node:path'
import { GantryError } from '@gantry/core'
import { Kysely, type Transaction } from 'kysely'
import type { PackedBatch } from '../issue/packed-event.ts'
import { migrate } from '../migrate/migrate.ts'
import { dialectOn } from './dialect.ts'
import { openEmbedded } from './embedded.ts'
import { openInFolder } from './first-boot.ts'
import { openPostgres } from './postgres.ts'
import type { Schema } from './schema.ts'
import type { Engine, Session } from './session.ts'

export type DatabaseAddress =
  /** `templateDir` keeps a ready-made empty database, which makes every first boot but one fast. */
  { kind: 'embedded'; dir: string; templateDir?: string } | { kind: 'postgres'; url: string }

export interface Database {
  kind: Engine['kind']
  kysely: Kysely<Schema>
  /** All of `work` is stored, or nothing. On PGlite nobody else reads or writes meanwhile: keep it short. */
  transaction<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T>
  /** One connection for as long as `work` lasts. */
  session<T>(work: (session: Session) => Promise<T>): Promise<T>
  /** Where there is one, the shorter way for a batch of events: see `Engine`. */
  record: ((batch: PackedBatch) => Promise<string>) | null
  /** Runs a script of many statements. */
  exec(script: string): Promise<void>
  close(): Promise<void>
}

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

export function databaseOn(engine: Engine): Database {
  const kysely = new Kysely<Schema>({ dialect: dialectOn(engine) })
  let closing: Promise<void> | null = null
  const session: Database['session'] = async work => {
    if (closing) throw new GantryError('DATABASE_UNREACHABLE', 'the database was closed')
    const held = await engine.acquire()
    try {
      const result = await work(held)
      engine.release(held, false)
      return result
    } catch (error) {
      engine.release(held, true)
      throw error
    }
  }
  return {
    kind: engine.kind,
    kysely,
    transaction: work => kysely.transaction().execute(work),
    session,
    record: engine.record ? batch => session(async held => engine.record?.(held, batch) ?? '[]') : null,
    exec: script => session(async held => void (await held.exec(script))),
    close() {
      closing ??= engine.close()
      return closing
    },
  }
}
