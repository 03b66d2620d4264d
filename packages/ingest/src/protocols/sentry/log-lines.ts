import { LogLevel, type NewLine } from '@gantry/core'
import { cleanJson, cleanText } from '../../text/clean.ts'
import type { Sender } from '../define-protocol.ts'
import { type Loose, listOf, objectOf, textOf } from './loose.ts'

/**
 * Lines of a `log` item, `{"items": [{timestamp, level, body, attributes, trace_id}]}`; null when it is none.
 * Source: https://develop.sentry.dev/sdk/telemetry/logs/
 */
export function linesIn(payload: Buffer, sender: Sender): NewLine[] | null {
  try {
    const { items } = objectOf(JSON.parse(payload.toString()))
    return Array.isArray(items) ? listOf(items).map(item => lineOf(objectOf(item), sender)) : null
  } catch {
    // Whoever reads `null` counts it as malformed.
    return null
  }
}

function lineOf(item: Loose, { project, service, receivedAt }: Sender): NewLine {
  const attributes = Object.fromEntries(
    Object.entries(objectOf(item['attributes'])).map(([name, said]) => [name, objectOf(said)['value'] ?? null]),
  )
  const { 'sentry.environment': environment, 'sentry.release': release, ...rest } = attributes
  const traceId = textOf(item['trace_id'], 64)
  return {
    project,
    environment: textOf(environment, 64) ?? 'production',
    release: textOf(release, 200),
    service: service ?? textOf(rest['service.name'], 64) ?? 'unknown',
    at: instantOf(item['timestamp'], receivedAt),
    level: LogLevel.safeParse(item['level']).data ?? 'info',
    message: cleanText(String(item['body'] ?? ''), mostChars),
    trace: traceId,
    fields: cleanJson(rest) as Record<string, unknown>,
  }
}

const mostChars = 65_536

/** Seconds since 1970; the time of arrival when it is none, or more than a day ahead. */
function instantOf(value: unknown, receivedAt: string): string {
  const ms = typeof value === 'number' ? value * 1_000 : Number.NaN
  return ms > 0 && ms <= Date.parse(receivedAt) + 86_400_000 ? new Date(ms).toISOString() : receivedAt
}
