import { requireFewValues } from '../../body/few-values.ts'
import { cleanText } from '../../text/clean.ts'

/** Foreign JSON, read without trust: each accessor answers the wanted kind or nothing, and never throws. */
export type Loose = Record<string, unknown>

export const objectOf = (value: unknown): Loose =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Loose) : {}
/** Bytes that should be a JSON object; an empty one where they are none, or hold too much. */
export function objectIn(bytes: Uint8Array): Loose {
  try {
    const json = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    requireFewValues(json)
    return objectOf(JSON.parse(json.toString()))
  } catch {
    return {}
  }
}
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
/** Sentry sends some lists bare and some as `{ values: […] }`. */
export const valuesOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : listOf(objectOf(value)['values'])

export function textOf(value: unknown, most = 8_192): string | null {
  if (typeof value === 'string') return cleanText(value, most) || null
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return null
}

export const wholeOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : null
