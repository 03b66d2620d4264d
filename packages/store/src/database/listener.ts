import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export interface Listener {
  stop(): Promise<void>
}

const channel = 'gantry'
const retryMs = 500
/** A connection whose other end vanished without a word says nothing by itself. */
const proveEveryMs = 15_000

/**
 * Hears what any process of this database notifies, over a connection of its own. One that breaks is opened again; what was
 * notified meanwhile is lost, so `onGap` says that something may have been. It is not a way through a connection pooler that
 * shares connections: the address has to be that of the database, or of a pooler in session mode.
 */
export async function listen(url: string, hear: (text: string) => void, onGap: () => void): Promise<Listener> {
  let isStopped = false
  let current: Connection | null = await connected(url, hear)
  const keepOpen = async () => {
    while (!isStopped) {
      await current?.ended
      if (isStopped) return
      await sleep(retryMs)
      if (isStopped) return
      current = await connected(url, hear).catch(() => null)
      if (current) onGap()
    }
  }
  const keeping = keepOpen()
  return {
    async stop() {
      isStopped = true
      await current?.client.end()
      await keeping
      await current?.client.end()
    },
  }
}

interface Connection {
  client: pg.Client
  ended: Promise<void>
}

async function connected(url: string, hear: (text: string) => void): Promise<Connection> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, query_timeout: 10_000 })
  const ended = new Promise<void>(done => client.once('end', () => done()))
  client.on('error', () => undefined)
  client.on('notification', ({ payload }) => hear(payload ?? ''))
  await client.connect()
  await client.query(`listen ${channel}`)
  const proving = setInterval(() => void client.query('select 1').catch(() => client.end()), proveEveryMs)
  void ended.then(() => clearInterval(proving))
  return { client, ended }
}

/** Postgres takes less than 8,000 bytes at once: https://www.postgresql.org/docs/current/sql-notify.html */
export const notifyBytes = 7_900
export const notifyStatement = `select pg_notify('${channel}', text) from unnest($1::text[]) as text`
