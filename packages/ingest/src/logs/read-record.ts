import { stripVTControlCharacters } from 'node:util'
import type { LogLevel } from '@gantry/core'
import { cleanJson, cleanText } from '../text/clean.ts'
import { levelOf, severityLevel } from './line-level.ts'
import { timeOf } from './line-time.ts'

/** What a structured line says, whoever structured it. Null: it does not say. */
export interface ReadLine {
  at: string | null
  level: LogLevel | null
  message: string | null
  service: string | null
  environment: string | null
  release: string | null
  trace: string | null
  fields: Record<string, unknown>
}

/** What a line of text says. */
export interface ReadText extends Partial<ReadLine> {
  /** All that a line of pairs says, where none of them is its message. */
  pairs?: Record<string, unknown>
}

/** Names that loggers use, the most telling first. `a.b` is `b` inside of `a`, or a name with a dot. */
const names = {
  at: [
    ...[
      'time',
      '@timestamp',
      'timestamp',
      'ts',
      'dt',
      '@t',
      'asctime',
      'datetime',
      'date',
      'eventTime',
      'timeStamp',
      't',
    ],
  ],
  level: [
    ...[
      'level',
      'severity',
      'log.level',
      'levelname',
      'lvl',
      'loglevel',
      'log_level',
      'logLevel',
      'severity_text',
      '@l',
      'l',
    ],
  ],
  message: ['msg', 'message', 'short_message', 'event', '@m', '@mt', 'body', 'text', 'log'],
  service: ['service', 'service.name', 'service_name', 'serviceName', 'app', 'appname', 'app_name'],
  environment: ['environment', 'env', 'deployment.environment.name', 'deployment.environment', 'service.environment'],
  release: ['release', 'service.version'],
  trace: [
    ...['trace_id', 'traceId', 'trace.id', 'traceID', 'dd.trace_id', 'otelTraceID', 'traceparent'],
    ...['logging.googleapis.com/trace', 'trace'],
  ],
} as const

/**
 * Reads a record that a logger wrote: pino, winston, bunyan, ECS, zap, Serilog, GELF, Python's, Google's. What becomes a column of the line
 * is taken out of its fields.
 */
export function readRecord(record: Readonly<Record<string, unknown>>, receivedAt: string): ReadLine {
  const rest: Rest = { record, taken: new Set(), changed: null }
  const isGelf = typeof record['short_message'] === 'string'
  const level = take(rest, named.level, value =>
    isGelf && typeof value === 'number' ? severityLevel(value) : levelOf(value),
  )
  return {
    at: take(rest, named.at, value => timeOf(value, receivedAt)),
    level,
    message: take(rest, named.message, text),
    service: take(rest, named.service, label),
    environment: take(rest, named.environment, label),
    release: take(rest, named.release, label),
    trace: take(rest, named.trace, traceOf),
    fields: fieldsOf(rest),
  }
}

/** Without colours. What JSON says in escapes has to pass here once more. */
export const plainText = (said: string): string => cleanText(stripVTControlCharacters(said))

const text = (value: unknown): string | null => (typeof value === 'string' ? plainText(value) : null)
const label = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && value.length <= 200 ? cleanText(value) : null

/** 16 or 32 hex digits, however they are wrapped; or whatever else somebody uses as one. */
function traceOf(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null
  const [, hex] = /^(?:[0-9a-f]{2}-|projects\/[^/]+\/traces\/)([0-9a-f]{32})(?:-|$)/i.exec(value) ?? []
  if (hex !== undefined) return hex
  return value.length <= 64 && /^\S+$/.test(value) ? cleanText(value) : null
}

/** A record of which some was taken. Not copied: thousands come a second, and deleting from an object makes it slow. */
interface Rest {
  record: Readonly<Record<string, unknown>>
  taken: Set<string>
  /** Objects of which something inside was taken. */
  changed: Map<string, Record<string, unknown>> | null
}

interface Name {
  whole: string
  /** The object it may be inside of, and its way in there; null: it has no dot. */
  inside: { outer: string; inner: Name } | null
}

function nameOf(whole: string): Name {
  const dot = whole.indexOf('.')
  const inside = dot === -1 ? null : { outer: whole.slice(0, dot), inner: nameOf(whole.slice(dot + 1)) }
  return { whole, inside }
}

const named = {
  at: names.at.map(nameOf),
  level: names.level.map(nameOf),
  message: names.message.map(nameOf),
  service: names.service.map(nameOf),
  environment: names.environment.map(nameOf),
  release: names.release.map(nameOf),
  trace: names.trace.map(nameOf),
}

/** The first of the names whose value can be read. */
function take<T>(rest: Rest, of: readonly Name[], read: (value: unknown) => T | null): T | null {
  const { record, taken } = rest
  for (const { whole, inside } of of) {
    if (Object.hasOwn(record, whole) && !taken.has(whole)) {
      const found = read(rest.changed?.get(whole) ?? record[whole])
      if (found === null) continue
      taken.add(whole)
      return found
    }
    const found = inside && takeInside(rest, inside, read)
    if (found !== null) return found
  }
  return null
}

function takeInside<T>(
  rest: Rest,
  { outer, inner }: NonNullable<Name['inside']>,
  read: (value: unknown) => T | null,
): T | null {
  const holder = rest.taken.has(outer) ? undefined : (rest.changed?.get(outer) ?? rest.record[outer])
  if (typeof holder !== 'object' || holder === null || Array.isArray(holder)) return null
  const within: Rest = { record: holder as Rest['record'], taken: new Set(), changed: null }
  const found = take(within, [inner], read)
  if (found === null) return null
  const own = Object.fromEntries(left(within))
  if (Object.keys(own).length === 0) rest.taken.add(outer)
  else rest.changed = (rest.changed ?? new Map()).set(outer, own)
  return found
}

const left = ({ record, taken, changed }: Rest): [name: string, value: unknown][] =>
  Object.keys(record).flatMap(name => (taken.has(name) ? [] : [[name, changed?.get(name) ?? record[name]]]))

const fieldsOf = (rest: Rest): Record<string, unknown> =>
  Object.fromEntries(left(rest).map(([name, value]) => [cleanText(name), cleanJson(value, 1)]))
