import pg from 'pg'
import type { Parameter, RawResult } from './raw-result.ts'

export type Row = Record<string, unknown>
type Parse = (text: string) => unknown

/**
 * A value as both engines take it: text, or bytes as they are. Objects become JSON; what Postgres cannot store in text (NUL, half of a
 * surrogate pair) becomes U+FFFD, so that one odd character never costs a batch.
 */
export function toParameter(value: unknown): Parameter {
  return value instanceof Uint8Array ? value : textParameter(value)
}

function textParameter(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return storableText(value)
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return `{${value.map(arrayElement).join(',')}}`
  if (typeof value === 'object') return storableJson(value)
  return String(value)
}

export function storableText(text: string): string {
  return (text.isWellFormed() ? text : text.toWellFormed()).replaceAll('\0', '\uFFFD')
}

/** JSON that `json` and `jsonb` accept. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value)
  // Nearly nothing is: to look for a text costs a fraction of what the pattern does.
  return json.includes('\\u') && suspicious.test(json) ? JSON.stringify(storable(value)) : json
}

/** Objects by column name, with instants as ISO text, integers and numerics as numbers, JSON as plain data. */
export const plainRows = (result: RawResult): Row[] => rowsOf(result, type => plainParsers[type] ?? driverParser(type))

/** Objects as node-postgres answers them (instants as Date, int8 as text): what foreign libraries expect. */
export const driverRows = (result: RawResult): Row[] => rowsOf(result, driverParser)

// What JSON.stringify writes for NUL and for lone surrogates; may match harmless text, which only costs a second look.
const suspicious = /\\u0000|\\ud[89a-f]/

function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(JSON.parse(JSON.stringify(value))).map(([key, inner]) => [storableText(key), storable(inner)]),
  )
}

function arrayElement(value: unknown): string {
  const text = textParameter(value)
  if (text === null) return 'NULL'
  return quotable.test(text) ? `"${text.replace(quotable, '\\$&')}"` : `"${text}"`
}

const quotable = /["\\]/g

const iso: Parse = text => {
  const date = new Date(/[+-]\d\d$/.test(text) ? `${text.replace(' ', 'T')}:00` : text.replace(' ', 'T'))
  return Number.isNaN(date.getTime()) ? text : date.toISOString()
}

const plainParsers: Record<number, Parse> = {
  [pg.types.builtins.INT8]: Number,
  [pg.types.builtins.NUMERIC]: Number,
  [pg.types.builtins.TIMESTAMPTZ]: iso,
  [pg.types.builtins.TIMESTAMP]: text => iso(`${text}Z`),
  [pg.types.builtins.DATE]: text => text,
}

function driverParser(type: number): Parse {
  return pg.types.getTypeParser(type, 'text')
}

function rowsOf(result: RawResult, parserFor: (type: number) => Parse): Row[] {
  const columns = result.fields.map(({ name, type }) => ({ name, parse: parserFor(type) }))
  return result.rows.map(values => {
    const row: Row = {}
    for (const [index, { name, parse }] of columns.entries()) {
      const value = values[index]
      row[name] = value === null || value === undefined ? null : parse(value)
    }
    return row
  })
}
