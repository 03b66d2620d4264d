import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib'
import { GantryError } from '@gantry/core'
import { type CollectLimits, collect, type Sieve } from './collect.ts'

export interface BodyLimits {
  /** As it arrives. */
  compressedBytes: number
  /** As it unfolds: a bomb is cut off here, without being kept. */
  bytes: number
  /** Leaves out what would not be kept, of bodies that may be that large as a whole. */
  sieve?: { wholeBytes: number; make(): Sieve }
}

/** What Sentry's Relay takes in one envelope without attachments, with room to spare. */
export const envelopeLimits: BodyLimits = { compressedBytes: 20 * 1024 * 1024, bytes: 40 * 1024 * 1024 }

/** Clients pack once, a proxy may pack again; a longer chain only makes work. */
const mostCodings = 2

/**
 * Reads a request body whole, unpacking it on the way; never holds more than the limits. A body that is refused is not
 * read to its end: the request stays open for the answer, see `discardRest`.
 * @throws GantryError BODY_TOO_LARGE, ENVELOPE_MALFORMED (unknown or broken compression, or cut short)
 */
export async function readBody(stream: Readable, encoding: string | undefined, limits: BodyLimits): Promise<Buffer> {
  const codings = codingsOf(encoding)
  const { sieve } = limits
  const isPacked = codings.length > 0
  const sent = { bytes: limits.compressedBytes, ...(!isPacked && { sieve }) }
  const compressed = await collect(stream, sent).catch(cutShort)
  if (!compressed) throw tooLarge(limits.compressedBytes, 'as sent')
  let body = compressed
  for (const [index, name] of codings.reverse().entries())
    body = await unpacked(body, name, { bytes: limits.bytes, ...(index === codings.length - 1 && { sieve }) })
  if (body.length > limits.bytes) throw tooLarge(limits.bytes, 'unpacked')
  return body
}

/** In the order in which they were applied. */
function codingsOf(encoding: string | undefined): string[] {
  if (encoding === undefined) return []
  const names = encoding
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '' && name !== 'identity')
  if (names.length > mostCodings)
    throw malformed(`content-encoding: expected at most ${mostCodings} codings, got ${names.length}`)
  return names
}

/** The client went away in the middle: its fault, not ours. */
function cutShort(cause: unknown): never {
  throw malformed('the body was cut short by the client', cause)
}

async function unpacked(body: Buffer, name: string, most: CollectLimits): Promise<Buffer> {
  const unpack = decoderFor(name, body)
  if (!unpack) throw malformed(`content-encoding: expected gzip, deflate, br or zstd, got "${name.slice(0, 40)}"`)
  unpack.end(body)
  try {
    const bytes = await collect(unpack, most).catch(cause => {
      throw malformed(`the ${name} body is broken or cut short`, cause)
    })
    if (!bytes) throw tooLarge(most.bytes, 'unpacked')
    return bytes
  } finally {
    unpack.destroy()
  }
}

function decoderFor(name: string, body: Buffer) {
  if (name === 'gzip' || name === 'x-gzip') return createGunzip()
  if (name === 'br') return createBrotliDecompress()
  if (name === 'zstd') return createZstdDecompress()
  // RFC 9110 means zlib by `deflate`; some clients send it without the header. A zlib header is a multiple of 31.
  if (name === 'deflate')
    return body.length >= 2 && body.readUInt16BE(0) % 31 === 0 && (body[0] ?? 0) % 16 === 8
      ? createInflate()
      : createInflateRaw()
  return null
}

const tooLarge = (bytes: number, what: string) =>
  new GantryError('BODY_TOO_LARGE', `expected at most ${bytes} bytes ${what}, more came`, { bytes })

const malformed = (what: string, cause?: unknown) =>
  new GantryError('ENVELOPE_MALFORMED', what, {}, cause === undefined ? {} : { cause })
