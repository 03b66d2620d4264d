import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { GantryError } from '@gantry/core'
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
  /**
   * Calls `handle` for one job at a time, or as many as `atOnce`; a job whose handler throws is tried again. Answers what ends
   * it: jobs under way are let finish, others wait for whoever works on them next.
   */
  work(name: string, handle: (data: object) => Promise<unknown>, atOnce?: number): Promise<() => Promise<void>>
  /**
   * Sends a job and waits for what its handler answers, whichever process that is in. One that nobody took in time is taken out
   * of the queue again.
   * @throws GantryError WORK_NOT_TAKEN_UP
   */
  ask(name: string, data: object, timeoutMs: number): Promise<unknown>
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
    async work(name, handle, atOnce = 1) {
      await ensure(name)
      const options = { pollingIntervalSeconds: 0.5, localConcurrency: atOnce, batchSize: 1 }
      const id = await boss.work<object>(name, options, async ([job]) => (job ? handle(job.data) : undefined))
      return () => boss.offWork(name, { id, wait: true })
    },
    async ask(name, data, timeoutMs) {
      await ensure(name)
      const options = { singletonKey: randomUUID(), retryLimit: 3, expireInSeconds: Math.ceil(timeoutMs / 1_000) }
      const id = await boss.send(name, data, options)
      if (id === null) throw new Error(`the queue ${name} did not take a job`)
      for (const endMs = performance.now() + timeoutMs; performance.now() < endMs; await sleep(askEveryMs)) {
        const job = await boss.getJobById(name, id)
        if (job?.state === 'completed') return job.output
        if (job === null || job.state === 'failed' || job.state === 'cancelled') break
      }
      await boss.cancel(name, id)
      throw new GantryError('WORK_NOT_TAKEN_UP', `no server took ${name} up within ${timeoutMs / 1_000} s`, { name })
    },
    stop: () => boss.stop({ graceful: true, close: false }),
  }
}

const askEveryMs = 100
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
