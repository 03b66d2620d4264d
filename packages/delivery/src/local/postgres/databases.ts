import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GantryError } from '@gantry/core'
import { Client } from 'pg'
import { type Child, startChild } from '../process/child.ts'
import { freePort, returnPort } from '../process/free-port.ts'
import type { PidFiles } from '../process/pid-files.ts'

/** One database for each environment and database service. */
export interface Databases {
  /** Makes and starts it when needed; answers its address. @throws GantryError DATABASE_UNREACHABLE */
  open(of: { project: string; environment: string; service: string }): Promise<string>
  list(): { key: string; url: string; pid: number | null }[]
  stop(): Promise<void>
}

export interface DatabaseSettings {
  dataDir(of: { project: string; environment: string; service: string }): string
  cacheDir: string
  host: string
  /** A real Postgres to make the databases on; null: an embedded one each. */
  databaseUrl: string | null
  pids: PidFiles
  onLine(of: { project: string; environment: string; service: string }, stream: 'stdout' | 'stderr', text: string): void
  log(message: string): void
}

/** The first start makes the template, which takes seconds on a slow disk. */
const startTimeoutMs = 60_000
const restartAfterMs = 500

export function openDatabases(settings: DatabaseSettings): Databases {
  const opened = new Map<string, Promise<{ url: string; server: EmbeddedServer | null }>>()
  const known = new Map<string, { url: string; server: EmbeddedServer | null }>()
  return {
    async open(of) {
      const key = `${of.project}/${of.environment}/${of.service}`
      const { databaseUrl } = settings
      const opening = opened.get(key) ?? (databaseUrl ? makeOn(databaseUrl, of) : startEmbedded(settings, of, key))
      opened.set(key, opening)
      const database = await opening.catch(cause => {
        opened.delete(key)
        throw cause
      })
      known.set(key, database)
      return database.url
    },
    list: () => [...known].map(([key, { url, server }]) => ({ key, url, pid: server?.pid() ?? null })),
    async stop() {
      const all = await Promise.allSettled(opened.values())
      await Promise.all(all.map(each => (each.status === 'fulfilled' ? each.value.server?.stop() : undefined)))
      opened.clear()
      known.clear()
    },
  }
}

interface EmbeddedServer {
  pid(): number
  stop(): Promise<void>
}

type Of = Parameters<Databases['open']>[0]

async function startEmbedded(
  settings: DatabaseSettings,
  of: Of,
  key: string,
): Promise<{ url: string; server: EmbeddedServer }> {
  const { host } = settings
  const port = await freePort(host)
  let isStopping = false
  let child: Child
  const start = async () => {
    child = await startServer(settings, of, { key, host, port })
    void child.exited.then(async how => {
      if (isStopping) return
      settings.log(`the database of ${key} ${how}; it is started again`)
      await new Promise(resolve => setTimeout(resolve, restartAfterMs))
      if (!isStopping) await start().catch(error => settings.log(`the database of ${key} does not start: ${error}`))
    })
    return child
  }
  child = await start()
  const stop = async () => {
    isStopping = true
    await child.stop(5_000)
    returnPort(port)
  }
  return {
    url: `postgres://postgres:postgres@${host}:${port}/postgres?sslmode=disable`,
    server: { pid: () => child.pid, stop },
  }
}

async function startServer(
  settings: DatabaseSettings,
  of: Of,
  at: { key: string; host: string; port: number },
): Promise<Child> {
  const template = join(settings.cacheDir, 'empty-database')
  const options = { data: settings.dataDir(of), template, host: at.host, port: at.port }
  const child = startChild(
    {
      key: at.key,
      args: [fileURLToPath(import.meta.resolve('./database-server.ts')), JSON.stringify(options)],
      cwd: process.cwd(),
      env: {},
      withChannel: true,
      onLine: (stream, text) => settings.onLine(of, stream, text),
    },
    settings.pids,
  )
  const signal = AbortSignal.timeout(startTimeoutMs)
  const ready = once(child.process, 'message', { signal }).then(
    () => null,
    () => `was not ready within ${startTimeoutMs / 1_000} s`,
  )
  const fault = await Promise.race([ready, child.exited])
  if (fault === null) return child
  await child.stop(0)
  throw new GantryError(
    'DATABASE_UNREACHABLE',
    [`the embedded database of ${at.key} ${fault}`, ...child.lastLines()].join('\n'),
  )
}

/** `create database` has no `if not exists`; two at once meet at its unique name. */
async function makeOn(databaseUrl: string, of: Of): Promise<{ url: string; server: null }> {
  const name = `${of.project}_${of.environment}`.replaceAll('-', '_').slice(0, 63)
  const client = new Client({ connectionString: databaseUrl })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database "${name}"`)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new GantryError(
      'DATABASE_UNREACHABLE',
      `a database for ${of.environment} could not be made: ${message}`,
      {},
      { cause },
    )
  } finally {
    await client.end().catch(() => {})
  }
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  return { url: url.href, server: null }
}
