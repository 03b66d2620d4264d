import type { Store } from '@gantry/core'
import { afterAll, beforeAll, describe } from 'vitest'
import { openDatabase } from '../database/database.ts'
import type { Database } from '../database/opened-database.ts'
import { storeOn } from '../store.ts'
import { embeddedDatabase } from './embedded-database.ts'
import { realPostgres } from './real-postgres.ts'

export interface Current {
  readonly database: Database
  readonly store: Store
}

/** What a port promises, by title. One suite runs them all, so that a database is started once and not per port. */
export type Rules = Record<string, (current: Current) => Promise<void>>

/** The same rules hold on PGlite and on a real Postgres (DATABASE_URL_TEST, or one started here). */
export function onEachDatabase(rules: (current: Current) => void): void {
  describe('on PGlite', () =>
    rules(opened(async () => ({ database: await embeddedDatabase(), stop: async () => undefined }))))
  describe('on Postgres', () =>
    rules(
      opened(async () => {
        const postgres = await realPostgres(process.env.DATABASE_URL_TEST)
        const database = await openDatabase({ kind: 'postgres', url: await postgres.createDatabase() })
        return { database, stop: postgres.stop }
      }),
    ))
}

function opened(open: () => Promise<{ database: Database; stop(): Promise<void> }>): Current {
  let current: { database: Database; store: Store; stop(): Promise<void> } | undefined
  beforeAll(async () => {
    const { database, stop } = await open()
    current = { database, store: storeOn(database), stop }
  })
  afterAll(async () => {
    await current?.store.close()
    await current?.stop()
  })
  const now = () => {
    if (!current) throw new Error('the database is open only inside a test')
    return current
  }
  return {
    get database() {
      return now().database
    },
    get store() {
      return now().store
    },
  }
}
