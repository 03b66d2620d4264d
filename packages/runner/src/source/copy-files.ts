import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { copyFile, lstat, mkdir, readlink, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const COPIES_AT_ONCE = 32
/** Linux takes two mebibytes of arguments and environment together. */
const MAX_ARGUMENT_CHARS = 500_000

/**
 * Copies files and links by their names below `from`. Never hard links: a job that writes into one would write into the
 * original. Where the file system can share blocks (btrfs, XFS, APFS) the copies cost no space.
 */
export async function copyFiles(from: string, to: string, names: readonly string[]): Promise<void> {
  try {
    // One process takes half the time of asking for each file from here; only GNU's knows these options.
    for (const some of batches(names)) {
      await run('cp', ['-P', '--preserve=mode', '--parents', '--reflink=auto', '-t', to, '--', ...some], { cwd: from })
    }
  } catch {
    // Another cp, or a file that changed meanwhile: one by one it is either done or known which one and why.
    await copyOneByOne(from, to, names)
  }
}

function* batches(names: readonly string[]): Generator<string[]> {
  let batch: string[] = []
  let chars = 0
  for (const name of names) {
    const size = Buffer.byteLength(name) + 1
    if (chars + size > MAX_ARGUMENT_CHARS && batch.length > 0) {
      yield batch
      batch = []
      chars = 0
    }
    batch.push(name)
    chars += size
  }
  if (batch.length > 0) yield batch
}

/** Over whatever is there already; files that are gone are left out. */
async function copyOneByOne(from: string, to: string, names: readonly string[]): Promise<void> {
  const made = new Set<string>()
  const queue = names.values()
  const work = async (): Promise<void> => {
    for (const name of queue) {
      const folder = dirname(join(to, name))
      if (!made.has(folder)) {
        await mkdir(folder, { recursive: true })
        made.add(folder)
      }
      await copyOne(join(from, name), join(to, name))
    }
  }
  await Promise.all(Array.from({ length: COPIES_AT_ONCE }, work))
}

async function copyOne(from: string, to: string): Promise<void> {
  const stats = await lstat(from).catch(() => undefined)
  if (stats?.isSymbolicLink()) {
    await rm(to, { force: true })
    await symlink(await readlink(from), to)
  } else if (stats?.isFile()) await copyFile(from, to, constants.COPYFILE_FICLONE)
}
