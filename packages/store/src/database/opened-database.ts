import { GantryError } from '@gantry/core'
import { Kysely, type Transaction } from 'kysely'
import type { PackedBatch } from '../issue/packed-event.ts'
import { dialectOn } from './dialect.ts'
import { kyselyForLibraries, type LibraryKysely } from './for-libraries.ts'
import type { Listener } from './listener.ts'
import type { Schema } from './schema.ts'
import type { Engine, Session } from './session.ts'

export interface Database {
  kind: Engine['kind']
  kysely: Kysely<Schema>
  /** The same tables for a library that brings its own types, such as better-auth. */
  forLibraries: LibraryKysely
  /** All of `work` is stored, or nothing. On PGlite nobody else reads or writes meanwhile: keep it short. */
  transaction<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T>
  /** One connection for as long as `work` lasts. */
  session<T>(work: (session: Session) => Promise<T>): Promise<T>
  /** Where there is one, the shorter way for a batch of events: see `Engine`. */
  record: ((batch: PackedBatch) => Promise<string>) | null
  /** Where other processes may work on it too: see `Engine`. */
  listen: ((hear: (text: string) => void, onGap: () => void) => Promise<Listener>) | null
  /** Runs a script of many statements. */
  exec(script: string): Promise<void>
  close(): Promise<void>
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
    forLibraries: kyselyForLibraries(engine),
    transaction: work => kysely.transaction().execute(work),
    session,
    record: engine.record ? batch => session(async held => engine.record?.(held, batch) ?? '[]') : null,
    listen: engine.listen?.bind(engine) ?? null,
    exec: script => session(async held => void (await held.exec(script))),
    close() {
      closing ??= engine.close()
      return closing
    },
  }
}
