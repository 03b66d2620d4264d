import { lstat, mkdir, readFile, realpath, rename, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import type { PlannedFile, Write } from '@gantry/init'

/** What stands where files are planned. */
export interface Existing {
  texts: ReadonlyMap<string, string>
  /** Places nothing is written to, with the reason: a link, a folder, a way out of the repository. */
  closed: ReadonlyMap<string, string>
}

export async function readExisting(top: string, planned: readonly PlannedFile[]): Promise<Existing> {
  const texts = new Map<string, string>()
  const closed = new Map<string, string>()
  for (const { path } of planned) {
    const file = join(top, path)
    const stats = await lstat(file).catch(() => undefined)
    if (stats?.isSymbolicLink()) closed.set(path, 'it is a symbolic link')
    else if (stats !== undefined && !stats.isFile()) closed.set(path, 'it is no file')
    else if (!(await isInside(top, dirname(file))))
      closed.set(path, 'its folder leads out of the repository or is a file')
    else if (stats !== undefined) texts.set(path, await readFile(file, 'utf8'))
  }
  return { texts, closed }
}

/** Each file at once or not at all: a full disk leaves no half of one. */
export async function writeFiles(top: string, writes: readonly Write[]): Promise<void> {
  for (const write of writes) {
    if (write.kind !== 'create' && write.kind !== 'update') continue
    const file = join(top, write.path)
    await mkdir(dirname(file), { recursive: true })
    const part = `${file}.gantry-part`
    await writeFile(part, write.after)
    await rename(part, file)
  }
}

/** Whether the nearest folder that exists is a folder of this repository, links resolved. */
async function isInside(top: string, folder: string): Promise<boolean> {
  const stats = await lstat(folder).catch(() => undefined)
  if (stats === undefined) return isInside(top, dirname(folder))
  const real = await realpath(folder).catch(() => undefined)
  if (real === undefined || !(await lstat(real)).isDirectory()) return false
  return real === top || real.startsWith(top + sep)
}
