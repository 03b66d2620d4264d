import type { ServiceLine } from '../service-line.ts'

/** A line as it is searched: without what the store adds. */
export type SearchedLine = Pick<
  ServiceLine,
  'at' | 'service' | 'environment' | 'release' | 'level' | 'message' | 'trace' | 'fields'
>

/** Other names for what every line has. */
const aliases: Readonly<Record<string, string>> = {
  env: 'environment',
  severity: 'level',
  trace_id: 'trace',
  traceid: 'trace',
  msg: 'message',
  timestamp: 'time',
  at: 'time',
}

const mostKnown = 5_000
const longestKnown = 100
const known = new Map<string, string>()

/** A name as it is compared: `http.statusCode` and `http_statuscode` are one. */
export function fieldName(name: string): string {
  const found = known.get(name)
  if (found !== undefined) return found
  // The same names come again with each line.
  if (known.size >= mostKnown) known.clear()
  const compared = comparedName(name)
  if (name.length <= longestKnown) known.set(name, compared)
  return compared
}

function comparedName(name: string): string {
  const plain = name.toLowerCase().replace(/[^\p{L}\p{N}_]/gu, '_')
  return Object.hasOwn(aliases, plain) ? (aliases[plain] ?? plain) : plain
}

/** Longer values are text: they are found by their words. */
const longestValue = 100

/** Whether a value is looked into for words, as a message is. */
export const isText = (value: string): boolean => value.length > longestValue || /[\s/]/.test(value)
/** Whether a value is found as a whole by an index. */
export const isWhole = (value: string): boolean => value.length <= longestValue && !/\s/.test(value)

/** Each value inside the fields of a line with the name it is found by; what is nested has names with `_` between. */
export function* fieldValues(fields: Readonly<Record<string, unknown>>): Generator<[name: string, value: string]> {
  for (const [name, value] of Object.entries(fields)) yield* valuesIn(fieldName(name), value)
}

/** The values of one name. Nothing is made of the others: a search reads thousands of lines for one of theirs. */
export function someValue(
  fields: Readonly<Record<string, unknown>>,
  wanted: string,
  isWanted: (value: string) => boolean,
): boolean {
  for (const name of Object.keys(fields)) {
    const found = fieldName(name)
    if (!wanted.startsWith(found)) continue
    const value = fields[name]
    if (found === wanted && typeof value !== 'object') {
      if (value !== undefined && value !== '' && isWanted(String(value))) return true
      continue
    }
    for (const [inner, said] of valuesIn(found, value)) if (inner === wanted && isWanted(said)) return true
  }
  return false
}

function* valuesIn(name: string, value: unknown): Generator<[string, string]> {
  if (value === null || value === undefined || value === '') return
  if (typeof value !== 'object') yield [name, String(value)]
  else if (Array.isArray(value)) for (const inner of value) yield* valuesIn(name, inner)
  else for (const [key, inner] of Object.entries(value)) yield* valuesIn(`${name}_${fieldName(key)}`, inner)
}

/** What every line says of itself: a field that has the same name is not found by it, only by its words. */
const ownNames = ['service', 'environment', 'release', 'level', 'trace', 'message', 'time'] as const
type OwnName = (typeof ownNames)[number]

export const isOwnName = (name: string): name is OwnName => (ownNames as readonly string[]).includes(name)

export function ownValue(line: SearchedLine, name: OwnName): string | null {
  return name === 'time' ? line.at : line[name]
}
