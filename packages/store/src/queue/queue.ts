import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
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
  /** Calls `handle` for one job at a time, or as many as `atOnce`; a job whose handler throws is tried again. */
  work(name: string, handle: (data: object) => Promise<unknown>, options?: WorkOptions): Promise<QueueWorker>
  /**
   * Sends a job and waits for what its handler answers, whichever process that is in. One that nobody took in time, or whose
   * worker is gone as `isGone` says, is taken out of the queue again: null.
   */
  ask(name: string, data: object, patience: Patience): Promise<{ answer: unknown } | null>
  /** The queues that there are whose names begin so. */
  names(beginning: string): Promise<string[]>
  /** Removes a queue that nobody works on any more, and what waits in it. */
  forget(name: string): Promise<void>
  /** Lets running handlers finish, then stops. The database stays open. */
  stop(): Promise<void>
}

export interface SendOptions {
  key?: string
  startAfter?: string
  retries?: number
}

export interface WorkOptions {
  atOnce?: number
  /**
   * How often it looks for a job by itself; 10 seconds by default. It looks at once for what this process sends, and when that
   * is due: by itself it finds what other processes sent, and what is to be tried again.
   */
  lookEveryMs?: number
}

export interface QueueWorker {
  /** Looks for a job at once. */
  nudge(): void
  /** Jobs under way are let finish; others wait for whoever works on them next. */
  end(): Promise<void>
}

export interface Patience {
  timeoutMs: number
  /** The job is in the queue. */
  onSent(): void
  isGone(): Promise<boolean>
}

/**
 * pg-boss in the schema `pgboss` of the same database. Failures it has by itself go to `onError`. What a process had that was
 * killed is handed out again once that was silent for `silentSeconds` and somebody looked.
 */
export async function openQueue(
  database: Database,
  onError: (error: Error) => void = () => undefined,
  { lookForLostEverySeconds = 30 }: { lookForLostEverySeconds?: number } = {},
): Promise<Queue> {
  const boss = new PgBoss({
    ...{ db: executeOn(database), schema: 'pgboss', backend: backendOf[database.kind] },
    superviseIntervalSeconds: lookForLostEverySeconds,
    monitorIntervalSeconds: lookForLostEverySeconds,
  })
  boss.on('error', onError)
  await boss.start()
  const known = new Map<string, Promise<void>>()
  const ensure = (name: string) => {
    const queue = known.get(name) ?? boss.createQueue(name, { policy: 'short' })
    known.set(name, queue)
    return queue
  }
  const workers = wakeUps(id => boss.notifyWorker(id))
  return {
    async send(name, data, { key, startAfter, retries = 2 } = {}) {
      await ensure(name)
      // Policy `short` lets one job per key wait; without a key every job has one of its own.
      const singletonKey = key ?? randomUUID()
      const again = { retryLimit: retries, retryBackoff: true, heartbeatSeconds: silentSeconds }
      const options = { ...again, singletonKey, ...(startAfter && { startAfter }) }
      const id = await boss.send(name, data, options)
      // Also for one that waited already: whoever put it there may be a process that is gone.
      workers.wake(name, startAfter)
      return id
    },
    async work(name, handle, { atOnce = 1, lookEveryMs = 10_000 } = {}) {
      await ensure(name)
      const options = { pollingIntervalSeconds: lookEveryMs / 1_000, batchSize: 1 }
      const one = () =>
        boss.work<object>(name, options, async ([job]) => {
          // Another may wait behind it.
          workers.wake(name)
          return job ? handle(job.data) : undefined
        })
      // Apart, because of those of one call only the first can be woken.
      const ids = await Promise.all(Array.from({ length: atOnce }, one))
      const remove = workers.add(name, ids)
      return {
        nudge: () => ids.forEach(id => void boss.notifyWorker(id)),
        async end() {
          remove()
          await Promise.all(ids.map(id => boss.offWork(name, { id, wait: true })))
        },
      }
    },
    async ask(name, data, patience) {
      await ensure(name)
      return ask(boss, name, data, patience)
    },
    names: async beginning =>
      (await boss.getQueues()).map(({ name }) => name).filter(name => name.startsWith(beginning)),
    async forget(name) {
      known.delete(name)
      await boss.deleteQueue(name)
    },
    stop() {
      workers.stop()
      return boss.stop({ graceful: true, close: false })
    },
  }
}

/** Twice in that time a process says that it still works on a job; without it a job is taken for lost after 15 minutes. */
const silentSeconds = 15

/** Node rings at once when asked to wait longer (https://nodejs.org/api/timers.html#settimeoutcallback-delay-args). */
const longestWaitMs = 2 ** 31 - 1

/** Tells the workers of this process when there is something for them. */
function wakeUps(notify: (worker: string) => void) {
  const workers = new Set<{ name: string; ids: string[] }>()
  const alarms = new Set<NodeJS.Timeout>()
  const wakeNow = (name: string) => {
    for (const worker of workers) if (worker.name === name) for (const id of worker.ids) notify(id)
  }
  return {
    add(name: string, ids: string[]): () => void {
      const worker = { name, ids }
      workers.add(worker)
      return () => void workers.delete(worker)
    },
    /** Now, or at that time. */
    wake(name: string, at?: string): void {
      const waitMs = at === undefined ? 0 : Date.parse(at) - Date.now()
      if (waitMs <= 0) {
        wakeNow(name)
        return
      }
      const alarm = setTimeout(
        () => {
          alarms.delete(alarm)
          wakeNow(name)
        },
        Math.min(waitMs, longestWaitMs),
      ).unref()
      alarms.add(alarm)
    },
    stop(): void {
      for (const alarm of alarms) clearTimeout(alarm)
      workers.clear()
    },
  }
}

async function ask(
  boss: PgBoss,
  name: string,
  data: object,
  { timeoutMs, onSent, isGone }: Patience,
): Promise<{ answer: unknown } | null> {
  const options = { singletonKey: randomUUID(), retryLimit: 3, expireInSeconds: Math.ceil(timeoutMs / 1_000) }
  const id = await boss.send(name, data, options)
  if (id === null) throw new Error(`the queue ${name} did not take a job`)
  onSent()
  try {
    for (const endMs = performance.now() + timeoutMs; performance.now() < endMs; await sleep(askEveryMs)) {
      const job = await boss.getJobById(name, id)
      if (job?.state === 'completed') return { answer: job.output }
      if (job === null || job.state === 'failed' || job.state === 'cancelled' || (await isGone())) break
    }
    await boss.cancel(name, id)
  } catch (cause) {
    // Forgotten meanwhile, with whoever worked on it.
    if ((await boss.getQueues([name])).length > 0) throw cause
  }
  return null
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
