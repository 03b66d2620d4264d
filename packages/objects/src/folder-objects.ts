import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, type Dirent } from 'node:fs'
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { GantryError, type KeptObject, type Objects } from '@gantry/core'
import { requireKey } from './object-key.ts'

/** One file for each object, below a folder of this machine. */
export function folderObjects(dir: string): Objects {
  const pathOf = (key: string) => join(dir, requireKey(key))
  return {
    async put(key, bytes) {
      const path = pathOf(key)
      // A key has no name that begins with a dot: nobody finds it before it is whole.
      const part = join(dirname(path), `.${randomUUID()}.part`)
      await mkdir(dirname(path), { recursive: true })
      try {
        const file = createWriteStream(part)
        await pipeline(bytes, file).catch(full)
        await reachDisk(part)
        await rename(part, path)
        return { bytes: file.bytesWritten }
      } finally {
        await rm(part, { force: true })
      }
    },
    async get(key) {
      const path = pathOf(key)
      return (await isThere(path)) ? createReadStream(path) : null
    },
    has: key => isThere(pathOf(key)),
    async *list(folder) {
      for await (const path of filesBelow(pathOf(folder))) {
        if (isPart(path)) continue
        const kept = await keptAt(dir, path)
        if (kept) yield kept
      }
    },
    remove: key => rm(pathOf(key), { force: true }),
    async removeUnfinished(folder, before) {
      for await (const path of filesBelow(pathOf(folder))) {
        if (!isPart(path)) continue
        const changed = await stat(path).catch(() => null)
        if (changed && changed.mtime < new Date(before)) await rm(path, { force: true })
      }
    },
  }
}

const isPart = (path: string) => /(^|[\\/])\.[^\\/]+\.part$/.test(path)

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** Before the first one is put there is no folder. */
async function* filesBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(nothingYet)
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (entry.isFile()) yield path
  }
}

function nothingYet(cause: NodeJS.ErrnoException): Dirent[] {
  if (cause.code === 'ENOENT') return []
  throw cause
}

/** Null for one that was removed meanwhile. */
async function keptAt(dir: string, path: string): Promise<KeptObject | null> {
  const found = await stat(path).catch(() => null)
  if (found === null) return null
  const key = path.slice(dir.length + 1).replaceAll('\\', '/')
  return { key, bytes: found.size, keptAt: found.mtime.toISOString() }
}

/** What was answered as kept is there after a power cut. */
async function reachDisk(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function full(cause: NodeJS.ErrnoException): never {
  if (cause.code !== 'ENOSPC' && cause.code !== 'EDQUOT') throw cause
  throw new GantryError('STORAGE_FULL', 'the disk of the data folder is full', {}, { cause })
}
