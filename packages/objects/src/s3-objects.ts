import { GantryError, type KeptObject, type Objects } from '@gantry/core'
import { S3mini, S3ServiceError } from 's3mini'
import { requireKey } from './object-key.ts'
import type { S3Address } from './s3-address.ts'

export interface S3Sizes {
  /** S3 takes parts from 5 MiB; one is in memory at a time. */
  partBytes: number
  /** Answered at once, 1,000 at most. */
  pageKeys: number
}

const usualSizes: S3Sizes = { partBytes: 8 * 1024 * 1024, pageKeys: 1_000 }

/**
 * A bucket of any server that speaks the S3 API.
 * @throws GantryError OBJECTS_UNREACHABLE when it is not there, or refuses
 */
export async function s3Objects({ prefix, ...config }: S3Address, sizes = usualSizes): Promise<Objects> {
  const s3 = new S3mini({ ...config, requestAbortTimeout: 60_000 })
  if (!(await asked(() => s3.bucketExists())))
    throw new GantryError(
      'OBJECTS_UNREACHABLE',
      `${config.endpoint} does not exist, or these credentials may not use it`,
    )
  const keyOf = (key: string) => `${prefix}${requireKey(key)}`
  return {
    put: (key, bytes) => asked(() => putInParts(s3, keyOf(key), partsOf(bytes, sizes.partBytes))),
    async get(key) {
      const answer = await asked(() => s3.getObjectResponse(keyOf(key)))
      if (answer === null) return null
      return answer.body ?? nothing()
    },
    has: key => asked(async () => (await s3.objectExists(keyOf(key))) === true),
    async *list(folder) {
      let from: string | undefined
      do {
        const page = await asked(() => s3.listObjectsPaged('/', `${keyOf(folder)}/`, sizes.pageKeys, from))
        for (const { Key, Size, LastModified } of page?.objects ?? []) yield keptOf(Key, Size, LastModified)
        from = page?.nextContinuationToken
      } while (from !== undefined)
    },
    remove: key => asked(async () => void (await s3.deleteObject(keyOf(key)))),
    // A rule of the bucket's life cycle does it: the list of unfinished uploads is not to be had from every S3 API.
    removeUnfinished: async () => undefined,
  }

  function keptOf(key: string, bytes: number, keptAt: Date): KeptObject {
    return { key: key.slice(prefix.length), bytes: Number(bytes), keptAt: new Date(keptAt).toISOString() }
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** One after the other, so that no more than one part is in memory; a small object goes as one request. */
async function putInParts(s3: S3mini, key: string, given: AsyncIterable<Part>): Promise<{ bytes: number }> {
  let total = 0
  let upload: string | null = null
  const parts: { partNumber: number; etag: string }[] = []
  try {
    for await (const { part, isLast } of given) {
      total += part.length
      if (isLast && upload === null) {
        await s3.putObject(key, part)
        break
      }
      if (part.length === 0) break
      upload ??= await s3.getMultipartUploadId(key)
      parts.push(await s3.uploadPart(key, upload, part, parts.length + 1))
    }
    if (upload !== null) await s3.completeMultipartUpload(key, upload, parts)
    return { bytes: total }
  } catch (cause) {
    if (upload !== null) await s3.abortMultipartUpload(key, upload).catch(() => undefined)
    throw cause
  }
}

interface Part {
  part: Uint8Array
  isLast: boolean
}

async function* partsOf(bytes: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<Part> {
  let waiting: Uint8Array[] = []
  let length = 0
  for await (const chunk of bytes) {
    waiting.push(chunk)
    length += chunk.length
    if (length < partBytes) continue
    const whole = Buffer.concat(waiting)
    let from = 0
    for (; whole.length - from >= partBytes; from += partBytes)
      yield { part: whole.subarray(from, from + partBytes), isLast: false }
    waiting = [whole.subarray(from)]
    length = whole.length - from
  }
  yield { part: Buffer.concat(waiting), isLast: true }
}

/** A bucket that does not answer, or refuses, is named; an error of whoever hands over the bytes is theirs. */
async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof GantryError) throw cause
    const because = cause instanceof Error ? cause.message : String(cause)
    if (!isOfS3(cause)) throw cause
    throw new GantryError('OBJECTS_UNREACHABLE', `the bucket of GANTRY_OBJECTS: ${because}`, {}, { cause })
  }
}

const isOfS3 = (cause: unknown): boolean =>
  cause instanceof S3ServiceError ||
  (cause instanceof Error &&
    (cause.name.startsWith('S3') || cause.name === 'TimeoutError' || cause.message === 'fetch failed'))
