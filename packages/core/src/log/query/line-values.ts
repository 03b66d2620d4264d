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

/** A name as it is compared: `http.statusCode` and `http_statuscode` are one. */
export function fieldName(name: string): string {
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
