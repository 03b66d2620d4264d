import type { OtlpKeyValue, OtlpValue } from './wire.ts'

/** Attributes as names and values: what is told as key and value could not be scrubbed by its name. */
export function attributesOf(attributes: readonly OtlpKeyValue[] | undefined, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    listIn(attributes).flatMap(each => (each?.key ? [[String(each.key), plainValue(each.value, depth)]] : [])),
  )
}

/** An SDK that was told no name makes one up of its program. */
export function resourceAttributes(attributes: readonly OtlpKeyValue[] | undefined): Record<string, unknown> {
  const { 'service.name': name, ...others } = attributesOf(attributes)
  return String(name).startsWith('unknown_service')
    ? others
    : { ...others, ...(name !== undefined && { 'service.name': name }) }
}

/** Deeper than anybody reads: each level is a frame of this program. */
const deepest = 64

export function plainValue(value: OtlpValue | undefined, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return null
  if (depth === deepest) return '…'
  if (value.arrayValue) return listIn(value.arrayValue.values).map(inner => plainValue(inner, depth + 1))
  if (value.kvlistValue) return attributesOf(value.kvlistValue.values, depth + 1)
  if (value.intValue !== undefined) {
    const number = Number(value.intValue)
    return Number.isSafeInteger(number) ? number : String(value.intValue)
  }
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue ?? null
}

/** JSON of strangers says a list where there is one, or anything else. */
export const listIn = <T>(value: readonly T[] | undefined): readonly T[] => (Array.isArray(value) ? value : [])
