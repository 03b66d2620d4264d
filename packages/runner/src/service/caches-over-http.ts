import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import * as z from 'zod'
import { evict, usualCacheBytes } from '../actions/cache/evict.ts'
import { addEntry, archivePath, type CacheEntry, isWhole, stagingPath } from '../actions/cache/store.ts'
import type { SharedCaches } from '../run/machine.ts'
import type { ServerCall } from './server-client.ts'

const Found = z.object({
  entry: z
    .object({ key: z.string(), version: z.string(), object: z.string(), bytes: z.number(), createdAt: z.string() })
    .nullable(),
})

/** Caches of a project as jobs of all its runners share them: they lie at the server, and stay here once they were used. */
export function cachesOverHttp(
  call: ServerCall,
  { id, dir, now }: { id: string; dir: string; now(): Date },
): SharedCaches {
  const path = `/jobs/${id}/caches`
  const find = async (version: string, keys: readonly string[]): Promise<CacheEntry | undefined> => {
    const query = new URLSearchParams({ version })
    for (const key of keys) query.append('keys', key)
    return Found.parse(await (await call(`${path}?${query}`)).json()).entry ?? undefined
  }
  return {
    async provide(version, keys) {
      const entry = await find(version, keys)
      if (entry !== undefined && !(await isWhole(dir, entry))) await fetchArchive(call, path, { entry, dir, now })
      return entry
    },
    has: async (version, key) => (await find(version, [key]))?.key === key,
    async publish(entry) {
      const { key, version } = entry
      const query = new URLSearchParams({ version, key })
      await call(`${path}?${query}`, () => ({
        ...{ method: 'PUT', headers: { 'content-type': 'application/x-tar' }, duplex: 'half' },
        body: Readable.toWeb(createReadStream(archivePath(dir, entry))) as NonNullable<RequestInit['body']>,
      }))
    },
  }
}

async function fetchArchive(
  call: ServerCall,
  path: string,
  { entry, dir, now }: { entry: CacheEntry; dir: string; now(): Date },
): Promise<void> {
  const { key, version, object } = entry
  const { body } = await call(`${path}/${object}`)
  if (body === null) throw new Error(`expected cache ${key} of the server, got nothing`)
  const staging = await stagingPath(dir)
  try {
    await pipeline(Readable.fromWeb(body as ReadableStream), createWriteStream(staging, { mode: 0o644 }))
    await addEntry(dir, { key, version, staging, now: new Date(entry.createdAt) })
  } finally {
    await rm(staging, { force: true })
  }
  if (!(await isWhole(dir, entry))) throw new Error(`expected cache ${key} as the server has it, got another archive`)
  await evict(dir, usualCacheBytes, now())
}
