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
  const rest: Record<string, unknown> = { ...record }
  const taken = <T>(of: readonly string[], read: (value: unknown) => T | null): T | null => take(rest, of, read)
  const isGelf = typeof record['short_message'] === 'string'
  const level = taken(names.level, value =>
    isGelf && typeof value === 'number' ? severityLevel(value) : levelOf(value),
  )
  const line = {
    at: taken(names.at, value => timeOf(value, receivedAt)),
    level,
    message: taken(names.message, text),
    service: taken(names.service, label),
    environment: taken(names.environment, label),
    release: taken(names.release, label),
    trace: taken(names.trace, traceOf),
  }
  return { ...line, fields: cleanJson(rest) as Record<string, unknown> }
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

/** The first of the names whose value can be read. */
function take<T>(rest: Record<string, unknown>, of: readonly string[], read: (value: unknown) => T | null): T | null {
  for (const name of of) {
    if (Object.hasOwn(rest, name)) {
      const found = read(rest[name])
      if (found === null) continue
      delete rest[name]
      return found
    }
    const [outer = '', ...inner] = name.split('.')
    const holder = rest[outer]
    if (inner.length === 0 || typeof holder !== 'object' || holder === null || Array.isArray(holder)) continue
    const own = { ...(holder as Record<string, unknown>) }
    const found = take(own, [inner.join('.')], read)
    if (found === null) continue
    if (Object.keys(own).length === 0) delete rest[outer]
    else rest[outer] = own
    return found
  }
  return null
}
