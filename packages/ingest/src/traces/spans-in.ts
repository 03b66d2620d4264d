import type { KeptItem, SpanKind, TracedSpan } from '@gantry/core'
import { type Loose, listOf, objectIn, objectOf, textOf } from '../protocols/sentry/loose.ts'

/** A span with all its client said of it. */
export interface ReadSpan extends TracedSpan {
  attributes: Loose
  /** What happened within it, as OpenTelemetry has it. */
  events: { name: string; atMs: number | null; attributes: Loose }[]
  links: { trace: string; span: string }[]
}

type Of = Pick<KeptItem, 'type' | 'at' | 'traceId' | 'service' | 'environment' | 'release'>

/** How far an item's time may be from what its client says before the clock of the client is what was corrected. */
const leastDriftMs = 50_000

/**
 * The spans of a trace in what was kept of it, of whichever form: a transaction of Sentry with its spans, a container of spans,
 * a span alone, or those of OpenTelemetry. Odd ones are left out. Times are corrected as that of the item was.
 */
export function spansIn(item: Of, content: Uint8Array): ReadSpan[] {
  const json = objectIn(content)
  const told = item.type === 'transaction' ? transactionIn(json) : containedIn(json, item)
  const drift = driftOf(item, item.type === 'transaction' ? json['timestamp'] : told[0]?.start)
  return told.flatMap(({ start, end, ...span }) => {
    const startMs = msOf(start)
    if (span.id === '' || startMs === null) return []
    const endMs = Math.max(startMs, msOf(end) ?? startMs)
    return [{ ...span, startMs: startMs + drift, endMs: endMs + drift }]
  })
}

type Told = Omit<ReadSpan, 'startMs' | 'endMs'> & { start: unknown; end: unknown }

function transactionIn(json: Loose): Told[] {
  const trace = objectOf(objectOf(json['contexts'])['trace'])
  const at = {
    service: textOf(objectOf(json['tags'])['service'], 64),
    environment: textOf(json['environment'], 64),
    release: textOf(json['release'], 200),
  }
  const root = { ...trace, description: json['transaction'], start_timestamp: json['start_timestamp'] }
  return [
    toldOf({ ...root, timestamp: json['timestamp'] }, at),
    ...listOf(json['spans']).map(span => toldOf(objectOf(span), at)),
  ]
}

function containedIn(json: Loose, item: Of): Told[] {
  const list = json['items'] ?? json['spans']
  const spans = list === undefined ? [json] : listOf(list).map(objectOf)
  // Containers of earlier versions were kept whole, with spans of several traces.
  const own = spans.filter(span => item.traceId === null || textOf(span['trace_id'], 64) === item.traceId)
  return own.map(span => toldOf(span, item))
}

function toldOf(span: Loose, at: Pick<Of, 'service' | 'environment' | 'release'>): Told {
  const attributes = plain(objectOf(span['attributes'] ?? span['data']))
  const op = textOf(span['op'] ?? attributes['sentry.op'], 100)
  const status = textOf(span['status'], 60)
  const said = textOf(span['status_message'] ?? attributes['sentry.status.message'], 500)
  return {
    id: textOf(span['span_id'], 32) ?? '',
    parent: textOf(span['parent_span_id'], 32),
    name: textOf(span['name'] ?? span['description'], 500) ?? op ?? 'unnamed',
    ...{ op, kind: kindOf(span['kind'], op) },
    service: at.service,
    environment: textOf(attributes['sentry.environment'], 64) ?? at.environment,
    release: textOf(attributes['sentry.release'], 200) ?? at.release,
    hasFailed: status !== null && !fine.has(status),
    status: said ?? (status !== null && !fine.has(status) ? status.replaceAll('_', ' ') : null),
    ...{ start: span['start_timestamp'], end: span['end_timestamp'] ?? span['timestamp'], attributes },
    events: listOf(span['events']).map(objectOf).map(eventOf),
    links: listOf(span['links'])
      .map(objectOf)
      .flatMap(link => {
        const trace = textOf(link['trace_id'], 64)
        return trace === null ? [] : [{ trace, span: textOf(link['span_id'], 32) ?? '' }]
      }),
  }
}

/** As Sentry counts them: https://docs.sentry.io/concepts/key-terms/tracing/trace-view/ */
const fine: ReadonlySet<string> = new Set(['ok', 'unset', 'cancelled', 'unknown'])

/** Sentry's attributes are `{ value, type }`. */
const plain = (attributes: Loose): Loose =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, said]) => [
      name,
      said !== null && typeof said === 'object' && 'value' in said ? said.value : said,
    ]),
  )

const kinds = ['internal', 'server', 'client', 'producer', 'consumer'] as const
/** Of Sentry's operations: https://develop.sentry.dev/sdk/telemetry/traces/span-operations/ */
const kindsOfOps: Readonly<Record<string, SpanKind>> = {
  'http.server': 'server',
  'http.client': 'client',
  'queue.publish': 'producer',
  'queue.process': 'consumer',
}

const kindOf = (kind: unknown, op: string | null): SpanKind =>
  kinds.find(each => each === kind) ??
  (op !== null && Object.hasOwn(kindsOfOps, op) ? kindsOfOps[op] : undefined) ??
  'internal'

const eventOf = (event: Loose) => ({
  name: textOf(event['name'], 200) ?? 'unnamed',
  atMs: msOf(event['timestamp']),
  attributes: plain(objectOf(event['attributes'])),
})

/** Seconds since 1970, or ISO 8601 as older SDKs write it. */
function msOf(said: unknown): number | null {
  const ms = typeof said === 'number' ? said * 1_000 : typeof said === 'string' ? Date.parse(said) : Number.NaN
  return Number.isFinite(ms) ? ms : null
}

/** What was corrected of the item's time was the clock of its client, and so holds for all its spans. */
function driftOf({ at }: Of, said: unknown): number {
  const ms = msOf(said)
  const drift = ms === null ? 0 : Date.parse(at) - ms
  return Math.abs(drift) < leastDriftMs ? 0 : drift
}
