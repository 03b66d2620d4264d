import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { GantryError } from '@gantry/core'
import { extract } from 'tar-stream'
import type * as z from 'zod'
import { Manifest, manifestName, Sums, sumsName } from './manifest.ts'

export interface BackupEntry {
  name: string
  bytes: AsyncIterable<Uint8Array>
}

/**
 * Reads the whole file and compares every sum, before anything of it is used.
 * @throws GantryError BACKUP_UNREADABLE
 */
export async function verifyBackup(path: string): Promise<Manifest> {
  const found: Sums['entries'] = {}
  let manifest: string | undefined
  let sums: string | undefined
  for await (const { name, bytes } of entriesOf(path)) {
    if (name === sumsName) sums = (await buffer(bytes)).toString()
    else if (name === manifestName) {
      const text = await buffer(bytes)
      manifest = text.toString()
      found[name] = { bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') }
    } else found[name] = await sumOf(bytes)
  }
  if (sums === undefined) throw unreadable(path, 'it was cut off: the sums at its end are missing')
  const entries = parsed(Sums, sums)?.entries
  if (entries === undefined) throw unreadable(path, `${sumsName} is not what was written`)
  for (const name of new Set([...Object.keys(entries), ...Object.keys(found)]))
    if (entries[name]?.sha256 !== found[name]?.sha256 || entries[name]?.bytes !== found[name]?.bytes)
      throw unreadable(path, `${name} is not what was written`)
  const read = manifest === undefined ? null : parsed(Manifest, manifest)
  if (read === null) throw unreadable(path, `${manifestName} is not of a format that this Gantry knows`)
  return read
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** Each is to be read to its end before the next one comes. @throws GantryError BACKUP_UNREADABLE */
export async function* entriesOf(path: string): AsyncGenerator<BackupEntry> {
  const tar = extract()
  const source = createReadStream(path)
  const unpacked = createGunzip()
  source.on('error', cause => tar.destroy(cause))
  unpacked.on('error', cause => tar.destroy(cause))
  source.pipe(unpacked).pipe(tar)
  try {
    for await (const entry of tar) {
      yield { name: entry.header.name, bytes: bytesOf(entry, path) }
      entry.resume()
    }
  } catch (cause) {
    if (cause instanceof GantryError) throw cause
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause)
  } finally {
    source.destroy()
  }
}

/** Whoever reads an entry hears that the file ends in it, before the one who lists them does. */
async function* bytesOf(entry: AsyncIterable<unknown>, path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of entry) if (chunk instanceof Uint8Array) yield chunk
  } catch (cause) {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

async function sumOf(bytes: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256')
  let length = 0
  for await (const chunk of bytes) {
    hash.update(chunk)
    length += chunk.length
  }
  return { bytes: length, sha256: hash.digest('hex') }
}

const unreadable = (path: string, why: string, cause?: unknown) =>
  new GantryError('BACKUP_UNREADABLE', `${path}: ${why}`, { path }, { cause })
