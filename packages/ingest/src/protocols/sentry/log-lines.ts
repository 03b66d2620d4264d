import { LogLevel, type NewLine, type Scrubbed } from '@gantry/core'
import { scrubberFor } from '../../scrub/scrub.ts'
import { cleanJson, cleanText } from '../../text/clean.ts'
import type { ItemContext } from './item-context.ts'
import { type Loose, objectIn, objectOf, textOf } from './loose.ts'

/**
 * Lines of a `log` item, `{"items": [{timestamp, level, body, attributes, trace_id}]}`; null when it is none.
 * Source: https://develop.sentry.dev/sdk/telemetry/logs/
 */
export function linesIn(payload: Buffer, context: ItemContext): { fact: NewLine; scrubbed?: Scrubbed }[] | null {
  const { items } = objectIn(payload)
  if (!Array.isArray(items)) return null
  const { json } = scrubberFor(context.settings.scrub)
  return items.map(item => {
    const { value, scrubbed } = json(objectOf(item))
    return { fact: lineOf(value, context), ...(scrubbed && { scrubbed }) }
  })
}

function lineOf(item: Loose, { project, service, clock }: ItemContext): NewLine {
  const attributes = Object.fromEntries(
    Object.entries(objectOf(item['attributes'])).map(([name, said]) => [
      name,
      typeof said === 'string' ? said : (objectOf(said)['value'] ?? null),
    ]),
  )
  const { 'sentry.environment': environment, 'sentry.release': release, ...rest } = attributes
  const traceId = textOf(item['trace_id'], 64)
  return {
    project,
    environment: textOf(environment, 64) ?? 'production',
    release: textOf(release, 200),
    service: service ?? textOf(rest['service.name'], 64) ?? 'unknown',
    at: clock.instant(item['timestamp']),
    level: LogLevel.safeParse(item['level']).data ?? 'info',
    message: cleanText(String(item['body'] ?? ''), mostChars),
    trace: traceId,
    fields: cleanJson(rest) as Record<string, unknown>,
  }
}

const mostChars = 65_536
