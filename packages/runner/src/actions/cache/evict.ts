import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { archivePath, type CacheEntry, ignoreGone, indexPath, namesIn, readEntries } from './store.ts'

/** As on GitHub. */
export const usualCacheBytes = 10 * 2 ** 30
const MAX_AGE_MS = 7 * 24 * 3_600_000
/** Longer than any save takes: what is older and belongs to nothing was left by a run that died. */
const LEFTOVER_MS = 3_600_000

/**
 * Removes caches nobody used for 7 days, then the least recently used ones until the rest fits, then what dead runs
 * left. A run that restores one meanwhile keeps reading it: the file is gone only from the folder.
 */
export async function evict(dir: string, maxBytes: number, now: Date): Promise<CacheEntry[]> {
  const entries = await Promise.all(
    (await readEntries(dir)).map(async entry => {
      const usedAt = (await stat(indexPath(dir, entry)).catch(ignoreGone))?.mtimeMs ?? 0
      return { entry, usedAt }
    }),
  )
  const kept = new Map<string, number>()
  const dropped: CacheEntry[] = []
  for (const { entry, usedAt } of entries.sort((a, b) => b.usedAt - a.usedAt)) {
    const held = [...kept.values()].reduce((sum, bytes) => sum + bytes, 0)
    const added = kept.has(entry.object) ? 0 : entry.bytes
    if (now.getTime() - usedAt <= MAX_AGE_MS && held + added <= maxBytes) kept.set(entry.object, entry.bytes)
    else dropped.push(entry)
  }
  for (const entry of dropped) await rm(indexPath(dir, entry), { force: true })
  // Without its entries an archive is a leftover, of no use to anybody: no need to wait until it is old.
  for (const entry of dropped) if (!kept.has(entry.object)) await rm(archivePath(dir, entry), { force: true })
  await removeLeftovers(dir, kept, now)
  return dropped
}

async function removeLeftovers(dir: string, kept: ReadonlyMap<string, number>, now: Date): Promise<void> {
  const folder = join(dir, 'objects')
  for (const name of await namesIn(folder)) {
    if (kept.has(name.replace(/\.tar$/, ''))) continue
    const changedAt = (await stat(join(folder, name)).catch(ignoreGone))?.mtimeMs
    if (changedAt !== undefined && now.getTime() - changedAt > LEFTOVER_MS)
      await rm(join(folder, name), { force: true })
  }
}
