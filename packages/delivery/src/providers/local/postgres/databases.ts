import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { GantryError } from '@gantry/core'
import { Client } from 'pg'
import { databaseName } from '../../unique-name.ts'
import type { PidFiles } from '../process/pid-files.ts'
import { type EmbeddedServer, startEmbedded } from './embedded-server.ts'

/** One database for each environment and database service. */
export interface Databases {
  /** Makes and starts it when needed; answers its address. @throws GantryError DATABASE_UNREACHABLE */
  open(of: { project: string; environment: string; service: string }): Promise<string>
  /** Stops it and removes its data for good; done where there is none. @throws GantryError DATABASE_UNREACHABLE */
  drop(of: { project: string; environment: string; service: string }): Promise<void>
  list(): { key: string; url: string; pid: number | null }[]
  /** Stops those of one project; the next `open` starts them again. */
  rest(project: string): Promise<void>
  stop(): Promise<void>
}

export interface DatabaseSettings {
  dataDir(of: { project: string; environment: string; service: string }): string
  cacheDir: string
  compiled: string | undefined
  host: string
  /** A real Postgres to make the databases on; null: an embedded one each. */
  databaseUrl: string | null
  pids: PidFiles
  onLine(of: { project: string; environment: string; service: string }, stream: 'stdout' | 'stderr', text: string): void
  log(message: string): void
}

interface Opened {
  url: string
  /** Null: on a real Postgres. */
  server: EmbeddedServer | null
}

export function openDatabases(settings: DatabaseSettings): Databases {
  const opened = new Map<string, Promise<Opened>>()
  const known = new Map<string, Opened>()
  let stopping = new AbortController()
  return {
    async open(of) {
      const key = `${of.project}/${of.environment}/${of.service}`
      const { databaseUrl } = settings
      const opening =
        opened.get(key) ?? (databaseUrl ? makeOn(databaseUrl, of) : embedded(settings, of, key, stopping.signal))
      opened.set(key, opening)
      const database = await opening.catch(cause => {
        opened.delete(key)
        throw cause
      })
      known.set(key, database)
      return database.url
    },
    async drop(of) {
      const key = `${of.project}/${of.environment}/${of.service}`
      const opening = opened.get(key)
      opened.delete(key)
      known.delete(key)
      await (await opening?.catch(() => null))?.server?.stop()
      if (settings.databaseUrl) await dropOn(settings.databaseUrl, of)
      else await rm(settings.dataDir(of), { recursive: true, force: true })
    },
    list: () => [...known].map(([key, { url, server }]) => ({ key, url, pid: server?.pid() ?? null })),
    async rest(project) {
      for (const [key, opening] of [...opened].filter(([of]) => of.startsWith(`${project}/`))) {
        opened.delete(key)
        known.delete(key)
        await (await opening.catch(() => null))?.server?.stop()
      }
    },
    async stop() {
      // One that is still being started would be waited for as long as it works.
      stopping.abort()
      stopping = new AbortController()
      const all = await Promise.allSettled(opened.values())
      await Promise.all(all.map(each => (each.status === 'fulfilled' ? each.value.server?.stop() : undefined)))
      opened.clear()
      known.clear()
    },
  }
}

type Of = Parameters<Databases['open']>[0]

async function embedded(settings: DatabaseSettings, of: Of, key: string, signal: AbortSignal): Promise<Opened> {
  const { host, pids, log, cacheDir, compiled } = settings
  const server = await startEmbedded({
    ...{ key, host, pids, log, signal, compiled },
    data: settings.dataDir(of),
    template: join(cacheDir, 'empty-database'),
    onLine: (stream, text) => settings.onLine(of, stream, text),
  })
  return { url: server.url, server }
}

/** `create database` has no `if not exists`; two at once meet at its unique name. */
async function makeOn(databaseUrl: string, of: Of): Promise<Opened> {
  const name = databaseName(of)
  await withClient(databaseUrl, `a database for ${of.environment} could not be made`, async client => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await make(client, name, of)
  })
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  return { url: url.href, server: null }
}

/** Whoever is still connected is of the environment that goes. */
const dropOn = (databaseUrl: string, of: Of): Promise<void> =>
  withClient(databaseUrl, `the database of ${of.environment} could not be dropped`, async client => {
    await client.query(`drop database if exists "${databaseName(of)}" with (force)`)
  })

async function withClient(url: string, failed: string, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    await use(client)
  } catch (cause) {
    if (cause instanceof GantryError) throw cause
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new GantryError('DATABASE_UNREACHABLE', `${failed}: ${message}`, {}, { cause })
  } finally {
    await client.end().catch(() => {})
  }
}

/** An empty one in the place of one that holds a product's data would look as if that were lost. */
async function make(client: Client, name: string, of: Of): Promise<void> {
  const former = `${of.project}_${of.environment}`.replaceAll('-', '_').slice(0, 63)
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [former])
  if (rowCount !== 0)
    throw new GantryError(
      'DATABASE_UNREACHABLE',
      `expected "${name}" for ${of.service} in ${of.environment}, got "${former}", as a Gantry of before called it: type \`alter database "${former}" rename to "${name}"\``,
    )
  await client.query(`create database "${name}"`)
}
