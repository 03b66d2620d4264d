import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { GantryError, type Objects } from '@gantry/core'
import { uploadLimits } from './upload-limits.ts'

/** Pieces of files on their way: each known by the SHA-1 of its bytes, so that none is sent twice. */
export interface ChunkStore {
  /** @throws GantryError SOURCE_BUNDLE_REFUSED when the bytes are others, or too many; STORAGE_FULL */
  put(checksum: string, content: Buffer, isPacked: boolean): Promise<void>
  missing(checksums: readonly string[]): Promise<string[]>
  /** Null when it is gone. */
  read(checksum: string): Promise<AsyncIterable<Uint8Array> | null>
  /** Removes what nobody came back for. */
  prune(before: Date): Promise<void>
}

const unpack = promisify(gunzip)
/** How old what waits may be read as before it is counted again. */
const countedForMs = 10_000

export function chunkStore(objects: Objects, project: string, now: () => Date): ChunkStore {
  const folder = `projects/${project}/chunks`
  const keyOf = (checksum: string) => `${folder}/${checksum.slice(0, 2)}/${checksum}`
  let waiting = { bytes: 0, atMs: Number.NEGATIVE_INFINITY }
  const waitingBytes = async () => {
    if (now().getTime() - waiting.atMs < countedForMs) return waiting.bytes
    waiting = { bytes: 0, atMs: now().getTime() }
    for await (const { bytes } of objects.list(folder)) waiting.bytes += bytes
    return waiting.bytes
  }
  return {
    async put(checksum, content, isPacked) {
      const bytes = isPacked ? await unpacked(content) : content
      if (bytes.length > uploadLimits.chunkBytes) throw tooLarge()
      const found = createHash('sha1').update(bytes).digest('hex')
      if (found !== checksum)
        throw new GantryError('SOURCE_BUNDLE_REFUSED', `a chunk called ${checksum} has the checksum ${found}`)
      if ((await waitingBytes()) + bytes.length > uploadLimits.waitingBytes)
        throw new GantryError('BODY_TOO_LARGE', 'too much of this project was uploaded and not assembled; wait a day')
      await objects.put(keyOf(checksum), one(bytes))
      waiting.bytes += bytes.length
    },
    async missing(checksums) {
      const isThere = await Promise.all(checksums.map(checksum => objects.has(keyOf(checksum))))
      return checksums.filter((_, index) => !isThere[index])
    },
    read: checksum => objects.get(keyOf(checksum)),
    async prune(before) {
      for await (const { key, keptAt } of objects.list(folder)) if (new Date(keptAt) < before) await objects.remove(key)
      await objects.removeUnfinished(folder, before.toISOString())
    },
  }
}

async function unpacked(content: Buffer): Promise<Buffer> {
  try {
    return await unpack(content, { maxOutputLength: uploadLimits.chunkBytes })
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge()
    throw new GantryError('SOURCE_BUNDLE_REFUSED', 'a chunk is no gzip, or was cut short', {}, { cause })
  }
}

const tooLarge = () =>
  new GantryError('SOURCE_BUNDLE_REFUSED', `a chunk is larger than ${uploadLimits.chunkBytes} bytes`)

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
