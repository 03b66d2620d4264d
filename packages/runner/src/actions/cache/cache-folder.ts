import { createWriteStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { evict, usualCacheBytes } from './evict.ts'
import { addEntry, archivePath, type CacheEntry, findEntry, ignoreGone, markUsed, stagingPath } from './store.ts'

/** The folder of a project's caches, for whoever serves them to other machines. */
export function cacheFolder(dir: string, now: () => Date) {
  return {
    async find(version: string, keys: readonly string[]): Promise<CacheEntry | undefined> {
      const entry = await findEntry(dir, version, keys)
      if (entry !== undefined) await markUsed(dir, entry, now())
      return entry
    },
    /** Null when it had to go meanwhile. */
    async read(object: string): Promise<Readable | null> {
      const file = await open(archivePath(dir, { object })).catch(ignoreGone)
      return file?.createReadStream() ?? null
    },
    /** A key is written once: one that is there stays as it is. */
    async take({ version, key }: Pick<CacheEntry, 'version' | 'key'>, archive: Readable): Promise<'added' | 'exists'> {
      const staging = await stagingPath(dir)
      try {
        await pipeline(archive, createWriteStream(staging, { mode: 0o644 }))
        return await addEntry(dir, { key, version, staging, now: now() })
      } finally {
        await rm(staging, { force: true })
        await evict(dir, usualCacheBytes, now())
      }
    },
  }
}
