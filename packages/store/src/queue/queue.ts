import { randomUUID } from 'node:crypto'
import { type Db, PgBoss } from 'pg-boss'
import type { Database } from '../database/opened-database.ts'
import { driverRows, toParameter } from '../database/values.ts'

/** Work to be done once, later or again after a crash. */
export interface Queue {
  /**
   * Answers the job's id, or null when a job with the same `key` waits already.
   * `retries` defaults to 2, with a growing pause between.
   */
  send(name: string, data: object, options?: SendOptions): Promise<string | null>
  /** Calls `handle` for one job at a time; a job whose handler throws is tried again. */
  work(name: string, handle: (data: object) => Promise<void>): Promise<void>
  /** Lets running handlers finish, then stops. The database stays open. */
  stop(): Promise<void>
}

export interface SendOptions {
  key?: string
  startAfter?: string
  retries?: number
}

/** pg-boss in the schema `pgboss` of the same database. Failures it has by itself go to `onError`. */
export async function openQueue(database: Database, onError: (error: Error) => void = () => undefined): Promise<Queue> {
  const boss = new PgBoss({ db: executeOn(database), schema: 'pgboss', backend: backendOf[database.kind] })
  boss.on('error', onError)
  await boss.start()
  const known = new Map<string, Promise<void>>()
  const ensure = (name: string) => {
    const queue = known.get(name) ?? boss.createQueue(name, { policy: 'short' })
    known.set(name, queue)
    return queue
  }
  return {
    async send(name, data, { key, startAfter, retries = 2 } = {}) {
      await ensure(name)
      // Policy `short` lets one job per key wait; without a key every job has one of its own.
      const singletonKey = key ?? randomUUID()
      const options = { retryLimit: retries, retryBackoff: true, singletonKey, ...(startAfter && { startAfter }) }
      return boss.send(name, data, options)
    },
    async work(name, handle) {
      await ensure(name)
      await boss.work<object>(name, { pollingIntervalSeconds: 0.5 }, async jobs => {
        for (const job of jobs) await handle(job.data)
      })
    },
    stop: () => boss.stop({ graceful: true, close: false }),
  }
}

const backendOf = { embedded: 'pglite', postgres: 'postgres' } as const

/** pg-boss sends scripts of many statements without parameters and wants the rows of them all. */
function executeOn(database: Database): Db {
  return {
    executeSql: (text, values) =>
      database.session(async session => {
        if (values && values.length > 0) {
          return { rows: driverRows(await session.query(text, values.map(toParameter))) }
        }
        return { rows: (await session.exec(text)).flatMap(driverRows) }
      }),
  }
}
