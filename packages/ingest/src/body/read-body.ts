import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib'
import { GantryError } from '@gantry/core'

export interface BodyLimits {
  /** As it arrives. */
  compressedBytes: number
  /** As it unfolds: a bomb is cut off here, without being kept. */
  bytes: number
}

/** What Sentry's Relay takes in one envelope without attachments, with room to spare. */
export const envelopeLimits: BodyLimits = { compressedBytes: 20 * 1024 * 1024, bytes: 40 * 1024 * 1024 }

/**
 * Reads a request body whole, unpacking it on the way; never holds more than the limits.
 * @throws GantryError BODY_TOO_LARGE, ENVELOPE_MALFORMED (unknown or broken compression, or cut short)
 */
export async function readBody(stream: Readable, encoding: string | undefined, limits: BodyLimits): Promise<Buffer> {
  const compressed = await collected(stream, limits.compressedBytes, 'as sent').catch(cutShort)
  const names = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '' && name !== 'identity')
  let body = compressed
  for (const name of names.reverse()) body = await unpacked(body, name, limits.bytes)
  if (body.length > limits.bytes) throw tooLarge(limits.bytes, 'unpacked')
  return body
}

/** The client went away in the middle: its fault, not ours. */
function cutShort(cause: unknown): never {
  if (cause instanceof GantryError) throw cause
  throw new GantryError('ENVELOPE_MALFORMED', 'the body was cut short by the client', {}, { cause })
}

async function unpacked(body: Buffer, name: string, mostBytes: number): Promise<Buffer> {
  const unpack = decoderFor(name, body)
  if (!unpack)
    throw new GantryError(
      'ENVELOPE_MALFORMED',
      `content-encoding: expected gzip, deflate, br or zstd, got "${name.slice(0, 40)}"`,
    )
  unpack.end(body)
  try {
    return await collected(unpack, mostBytes, 'unpacked')
  } catch (cause) {
    if (cause instanceof GantryError) throw cause
    throw new GantryError('ENVELOPE_MALFORMED', `the ${name} body is broken or cut short`, {}, { cause })
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

async function collected(stream: Readable, mostBytes: number, what: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > mostBytes) throw tooLarge(mostBytes, what)
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes)
}

const tooLarge = (bytes: number, what: string) =>
  new GantryError('BODY_TOO_LARGE', `expected at most ${bytes} bytes ${what}, more came`, { bytes })
