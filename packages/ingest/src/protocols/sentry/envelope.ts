import { GantryError } from '@gantry/core'

export interface EnvelopeItem {
  type: string
  header: Record<string, unknown>
  payload: Buffer
  /** Of a payload that was left out as it came, because it is too large: see `skipLarge`. */
  skippedBytes: number
}

export interface Envelope {
  header: Record<string, unknown>
  items: EnvelopeItem[]
}

/** In the header of an item whose payload was left out. */
export const skippedName = 'gantry_skipped'
const newline = 0x0a
const longestHeaderBytes = 64 * 1024
const deepestHeader = 32
/** More than any client sends. */
export const mostItems = 1_000

/**
 * Takes an envelope apart: a header line, then for each item a header line and a payload that ends after `length`
 * bytes, or at the next newline where `length` is left out (as the JavaScript SDKs do).
 * Source: https://develop.sentry.dev/sdk/foundations/envelopes/
 * @throws GantryError ENVELOPE_MALFORMED, naming the item
 */
export function readEnvelope(bytes: Buffer): Envelope {
  const first = lineEnd(bytes, 0)
  const header = readHeader(bytes.subarray(0, first), 'the envelope header')
  const items: EnvelopeItem[] = []
  for (let at = first + 1; at < bytes.length; ) {
    // Clients end the envelope with one newline or several.
    if (bytes[at] === newline) {
      at++
      continue
    }
    const end = lineEnd(bytes, at)
    const line = bytes.subarray(at, end)
    if (items.length === mostItems) throw malformed(`more than ${mostItems} items`)
    const where = `item ${items.length + 1}`
    const itemHeader = readHeader(line, `the header of ${where}`)
    const from = Math.min(end + 1, bytes.length)
    const to = payloadEnd(bytes, from, itemHeader['length'], where)
    items.push({
      type: typeof itemHeader['type'] === 'string' ? itemHeader['type'] : '',
      header: itemHeader,
      payload: bytes.subarray(from, to),
      skippedBytes: Number(itemHeader[skippedName] ?? 0) || 0,
    })
    at = to + 1
  }
  return { header, items }
}

function payloadEnd(bytes: Buffer, from: number, length: unknown, where: string): number {
  if (length === undefined || length === null) return lineEnd(bytes, from)
  if (typeof length !== 'number' || !Number.isInteger(length) || length < 0)
    throw malformed(`${where}: length ${JSON.stringify(length)} is no number of bytes`)
  const to = from + length
  if (to > bytes.length) throw malformed(`${where}: ${length} bytes announced, ${bytes.length - from} came`)
  if (to < bytes.length && bytes[to] !== newline)
    throw malformed(`${where}: its ${length} bytes are not followed by a newline`)
  return to
}

function lineEnd(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(newline, from)
  return end === -1 ? bytes.length : end
}

function readHeader(line: Buffer, what: string): Record<string, unknown> {
  if (line.length > longestHeaderBytes) throw malformed(`${what} is ${line.length} bytes long`)
  try {
    const value: unknown = JSON.parse(line.toString())
    if (isDeeper(value, deepestHeader)) throw malformed(`${what} is nested deeper than ${deepestHeader}`)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (cause) {
    if (cause instanceof GantryError) throw cause
    throw malformed(`${what} is no JSON: ${line.subarray(0, 60).toString()}`, cause)
  }
  throw malformed(`${what} is no JSON object`)
}

/** What is nested by the thousand can be read, and not written again: `JSON.stringify` runs out of stack. */
const isDeeper = (value: unknown, left: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (left === 0 || Object.values(value).some(inner => isDeeper(inner, left - 1)))

const malformed = (what: string, cause?: unknown) =>
  new GantryError('ENVELOPE_MALFORMED', `malformed envelope: ${what}`, {}, cause === undefined ? {} : { cause })
