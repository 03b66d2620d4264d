import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { GantryError } from '@gantry/core'
import { extract } from 'tar-stream'
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
  let manifest: unknown
  let sums: unknown
  for await (const { name, bytes } of entriesOf(path)) {
    if (name === sumsName) sums = JSON.parse((await buffer(bytes)).toString())
    else if (name === manifestName) {
      const text = await buffer(bytes)
      manifest = JSON.parse(text.toString())
      found[name] = { bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') }
    } else found[name] = await sumOf(bytes)
  }
  if (sums === undefined) throw unreadable(path, 'it was cut off: the sums at its end are missing')
  const { entries } = Sums.parse(sums)
  for (const name of new Set([...Object.keys(entries), ...Object.keys(found)]))
    if (entries[name]?.sha256 !== found[name]?.sha256 || entries[name]?.bytes !== found[name]?.bytes)
      throw unreadable(path, `${name} is not what was written`)
  const read = Manifest.safeParse(manifest)
  if (!read.success) throw unreadable(path, `${manifestName} is not of a format that this Gantry knows`)
  return read.data
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
      yield { name: entry.header.name, bytes: bytesOf(entry) }
      entry.resume()
    }
  } catch (cause) {
    if (cause instanceof GantryError) throw cause
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause)
  } finally {
    source.destroy()
  }
}

async function* bytesOf(entry: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of entry) if (chunk instanceof Uint8Array) yield chunk
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
