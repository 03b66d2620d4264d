import { GantryError, type IntakeItem, type NewItem } from '@gantry/core'
import { scrubberFor } from '../../scrub/scrub.ts'
import { cleanJson, cleanText } from '../../text/clean.ts'
import { isSampledOut } from '../../traces/sampled-out.ts'
import type { Sender } from '../define-protocol.ts'
import { clientClock } from '../sentry/client-clock.ts'
import { attributesOf, listIn, resourceAttributes } from './attributes.ts'
import type { OtlpSpan, OtlpTraces } from './decode-spans.ts'

/** As many as lines: more than any exporter sends at once. */
const mostSpans = 20_000
const category = 'span'
const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const

type SpanRecord = ReturnType<typeof recordOf>

/**
 * Spans as items: those of one trace and one program together, as a client of Sentry sends them. Attributes become names and
 * values, so that they are scrubbed by their names.
 */
export function otlpSpans(traces: OtlpTraces, sender: Sender): IntakeItem[] {
  const groups = listIn(traces.resourceSpans).map(of => ({
    resource: resourceAttributes(of?.resource?.attributes),
    spans: listIn(of?.scopeSpans).flatMap(scoped => listIn(scoped?.spans)),
  }))
  if (groups.reduce((sum, { spans }) => sum + spans.length, 0) > mostSpans)
    throw new GantryError('BODY_TOO_LARGE', `expected at most ${mostSpans} spans in a request, more came`)
  let made = 0
  return groups.flatMap(({ resource, spans }) => {
    const records = spans.flatMap(span => (isSpan(span) ? [recordOf(span)] : []))
    const odd = spans.length - records.length
    const ofTraces = [...Map.groupBy(records, ({ trace_id }) => trace_id)]
    return [
      ...ofTraces.map(([traceId, own]) => itemOf(traceId, own, { resource, sender, id: `${sender.newId}-${made++}` })),
      ...(odd > 0 ? [{ sink: null, category, quantity: odd, reason: 'malformed' } as const] : []),
    ]
  })
}

const isId = (digits: unknown, length: number): digits is string =>
  typeof digits === 'string' && digits.length === length && /^[0-9a-f]+$/i.test(digits) && !/^0+$/.test(digits)

/** Without its ids, or a time it began at, nobody can say where it belongs. */
const isSpan = (span: OtlpSpan | null | undefined): span is OtlpSpan & { traceId: string; spanId: string } =>
  isId(span?.traceId, 32) && isId(span?.spanId, 16) && Number(span?.startTimeUnixNano) > 0

function recordOf(span: OtlpSpan & { traceId: string; spanId: string }) {
  const start = seconds(span.startTimeUnixNano) ?? 0
  return {
    trace_id: span.traceId.toLowerCase(),
    span_id: span.spanId.toLowerCase(),
    parent_span_id: isId(span.parentSpanId, 16) ? span.parentSpanId.toLowerCase() : null,
    name: cleanText(String(span.name ?? ''), 2_000),
    kind: kinds[Number(span.kind ?? 0)] ?? 'internal',
    start_timestamp: start,
    end_timestamp: Math.max(start, seconds(span.endTimeUnixNano) ?? start),
    status: span.status?.code === 2 ? 'error' : span.status?.code === 1 ? 'ok' : null,
    status_message: span.status?.message ? cleanText(String(span.status.message), 2_000) : null,
    attributes: attributesOf(span.attributes),
    events: listIn(span.events).map(event => ({
      name: cleanText(String(event?.name ?? ''), 200),
      timestamp: seconds(event?.timeUnixNano),
      attributes: attributesOf(event?.attributes),
    })),
    links: listIn(span.links).flatMap(link =>
      isId(link?.traceId, 32) ? [{ trace_id: link.traceId, span_id: String(link.spanId ?? '') }] : [],
    ),
  }
}

function seconds(nanos: string | number | undefined): number | null {
  const number = Number(nanos)
  return Number.isFinite(number) && number > 0 ? number / 1e9 : null
}

function itemOf(
  traceId: string,
  spans: SpanRecord[],
  { resource, sender, id }: { resource: Record<string, unknown>; sender: Sender; id: string },
): IntakeItem {
  const { scrub, spans: share } = sender.settings
  const quantity = spans.length
  if (isSampledOut(traceId, share)) return { sink: null, category, quantity, reason: 'sampled' }
  const { value, scrubbed } = scrubberFor(scrub).json({ resource: cleanJson(resource), spans: cleanJson(spans) })
  const said = (...names: string[]) =>
    names.map(name => resource[name]).find(text => typeof text === 'string' && text !== '') as string | undefined
  const root = spans.find(span => span.parent_span_id === null) ?? spans[0]
  const fact: NewItem = {
    ...{ id, project: sender.project, receivedAt: sender.receivedAt, kind: 'span', type: 'otlp_span' },
    at: clientClock(sender.receivedAt).instant(spans[0]?.start_timestamp),
    name: root ? cleanText(root.name, 200) : null,
    ...{ eventId: null, traceId },
    service: sender.service ?? cleanText(said('service.name') ?? '', 64) ?? null,
    environment: cleanText(said('deployment.environment.name', 'deployment.environment') ?? '', 64) || null,
    release: cleanText(said('service.version') ?? '', 200) || null,
    facts: {
      op: root?.kind ?? null,
      status: spans.some(({ status }) => status === 'error') ? 'error' : null,
      ms: root ? Math.round((root.end_timestamp - root.start_timestamp) * 1e6) / 1e3 : null,
      spans: quantity,
    },
    content: Buffer.from(JSON.stringify(value)),
  }
  return {
    sink: 'items',
    category,
    fact: { ...fact, service: fact.service || null },
    quantity,
    ...(scrubbed && { scrubbed }),
  }
}
