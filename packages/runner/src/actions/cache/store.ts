import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One cache: an archive, found by its key among those of the same paths. */
export interface CacheEntry {
  key: string
  /** Caches of other paths never fit. */
  version: string
  /** SHA-256 of the archive; two keys with the same files share one. */
  object: string
  bytes: number
  createdAt: string
}

/**
 * A folder of caches that any number of runs use at once: `<key>.json` beside `objects/<sha256>.tar`. Both come into
 * place whole, by a rename, so that a run that dies leaves nothing but a staging file. The time of the index file is
 * when the cache was last used.
 */

/** The exact key, else the newest cache whose key starts with one of `keys`, in their order. */
export async function findEntry(
  dir: string,
  version: string,
  keys: readonly string[],
): Promise<CacheEntry | undefined> {
  const newestFirst = (await readEntries(dir))
    .filter(entry => entry.version === version)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  const candidates = [
    newestFirst.find(entry => entry.key === keys[0]),
    ...keys.map(prefix => newestFirst.find(entry => entry.key.startsWith(prefix))),
  ]
  for (const entry of candidates) if (entry !== undefined && (await isWhole(dir, entry))) return entry
  return undefined
}

/** Keeps a used cache from being the next to go. */
export async function markUsed(dir: string, entry: CacheEntry, now: Date): Promise<void> {
  await utimes(indexPath(dir, entry), now, now).catch(ignoreGone)
}

/** Where to write an archive before `addEntry`. */
export async function stagingPath(dir: string): Promise<string> {
  await mkdir(join(dir, 'objects'), { recursive: true })
  return join(dir, 'objects', `.${randomUUID()}`)
}

/** Puts an archive in place. A key is written once: whoever comes second, another run perhaps, changes nothing. */
export async function addEntry(
  dir: string,
  { key, version, staging, now }: { key: string; version: string; staging: string; now: Date },
): Promise<'added' | 'exists'> {
  const entry: CacheEntry = {
    key,
    version,
    object: await digestOf(staging),
    bytes: (await stat(staging)).size,
    createdAt: now.toISOString(),
  }
  await rename(staging, archivePath(dir, entry))
  const written = await stagingPath(dir)
  await writeFile(written, JSON.stringify(entry))
  await utimes(written, now, now)
  try {
    await link(written, indexPath(dir, entry))
    return 'added'
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
    const other = await readEntry(indexPath(dir, entry))
    if (other !== undefined && (await isWhole(dir, other))) return 'exists'
    await rename(written, indexPath(dir, entry))
    return 'added'
  } finally {
    await rm(written, { force: true })
  }
}

export function archivePath(dir: string, { object }: Pick<CacheEntry, 'object'>): string {
  return join(dir, 'objects', `${object}.tar`)
}

export function indexPath(dir: string, { key, version }: Pick<CacheEntry, 'key' | 'version'>): string {
  return join(dir, `${createHash('sha256').update(`${version}\n${key}`).digest('hex')}.json`)
}

export async function readEntries(dir: string): Promise<CacheEntry[]> {
  const names = (await namesIn(dir)).filter(name => name.endsWith('.json'))
  const entries = await Promise.all(names.map(name => readEntry(join(dir, name))))
  return entries.filter(entry => entry !== undefined)
}

export async function namesIn(dir: string): Promise<string[]> {
  return readdir(dir).catch(error => {
    if (isCode(error, 'ENOENT')) return []
    throw error
  })
}

/** A file that another run removed meanwhile is no problem; any other is. */
export function ignoreGone(error: unknown): undefined {
  if (!isCode(error, 'ENOENT')) throw error
}

/** Its archive is there, and was not cut short. */
export async function isWhole(dir: string, entry: CacheEntry): Promise<boolean> {
  const stats = await stat(archivePath(dir, entry)).catch(ignoreGone)
  return stats?.size === entry.bytes
}

/** A foreign file is no entry. */
async function readEntry(path: string): Promise<CacheEntry | undefined> {
  const text = await readFile(path, 'utf8').catch(ignoreGone)
  const fields = new Map(Object.entries(parsed(text ?? '')))
  const [key, version, object, createdAt] = ['key', 'version', 'object', 'createdAt'].map(name => fields.get(name))
  const bytes = fields.get('bytes')
  if (![key, version, object, createdAt].every(value => typeof value === 'string')) return undefined
  if (typeof bytes !== 'number') return undefined
  return { key: `${key}`, version: `${version}`, object: `${object}`, createdAt: `${createdAt}`, bytes }
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk)
  return hash.digest('hex')
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
