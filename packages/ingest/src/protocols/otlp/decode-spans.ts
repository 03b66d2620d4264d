import {
  keyValueIn,
  type OtlpKeyValue,
  OtlpReader,
  type OtlpResource,
  type OtlpScope,
  type Read,
  resourceIn,
  scopeIn,
} from './wire.ts'

/** A request as OTLP/HTTP has it in JSON; what is not read here is left out. */
export interface OtlpTraces {
  resourceSpans?: {
    resource?: OtlpResource
    scopeSpans?: { scope?: OtlpScope; spans?: OtlpSpan[] }[]
  }[]
}

export interface OtlpSpan {
  traceId?: string
  spanId?: string
  parentSpanId?: string
  name?: string
  kind?: number
  startTimeUnixNano?: string | number
  endTimeUnixNano?: string | number
  attributes?: OtlpKeyValue[]
  events?: OtlpSpanEvent[]
  links?: OtlpSpanLink[]
  status?: { code?: number; message?: string }
}

export interface OtlpSpanEvent {
  timeUnixNano?: string | number
  name?: string
  attributes?: OtlpKeyValue[]
}

export interface OtlpSpanLink {
  traceId?: string
  spanId?: string
}

type ResourceSpans = NonNullable<OtlpTraces['resourceSpans']>[number]
type ScopeSpans = NonNullable<ResourceSpans['scopeSpans']>[number]

/**
 * Reads `ExportTraceServiceRequest`. The numbers of its fields are those of
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
 * @throws RangeError where it is cut short, nested too deep, or of too many parts
 */
export function decodeSpans(bytes: Uint8Array): OtlpTraces {
  const resourceSpans: ResourceSpans[] = []
  const reader = new OtlpReader(bytes)
  reader.each(field => {
    if (field === 1) resourceSpans.push(reader.inside(resourceSpansIn))
  })
  return { resourceSpans }
}

const resourceSpansIn: Read<ResourceSpans> = reader => {
  let resource: OtlpResource = {}
  const scopeSpans: ScopeSpans[] = []
  reader.each(field => {
    if (field === 1) resource = reader.inside(resourceIn)
    else if (field === 2) scopeSpans.push(reader.inside(scopeSpansIn))
  })
  return { resource, scopeSpans }
}

const scopeSpansIn: Read<ScopeSpans> = reader => {
  let scope: OtlpScope = {}
  const spans: OtlpSpan[] = []
  reader.each(field => {
    if (field === 1) scope = reader.inside(scopeIn)
    else if (field === 2) spans.push(reader.inside(spanIn))
  })
  return { scope, spans }
}

const spanIn: Read<OtlpSpan> = reader => {
  const span: OtlpSpan = {}
  const attributes: OtlpKeyValue[] = []
  const events: OtlpSpanEvent[] = []
  const links: OtlpSpanLink[] = []
  reader.each(field => {
    if (field === 1) span.traceId = reader.readHex()
    else if (field === 2) span.spanId = reader.readHex()
    else if (field === 4) span.parentSpanId = reader.readHex()
    else if (field === 5) span.name = reader.readString()
    else if (field === 6) span.kind = reader.readVarint()
    else if (field === 7) span.startTimeUnixNano = reader.readFixed64()
    else if (field === 8) span.endTimeUnixNano = reader.readFixed64()
    else if (field === 9) attributes.push(reader.inside(keyValueIn()))
    else if (field === 11) events.push(reader.inside(eventIn))
    else if (field === 13) links.push(reader.inside(linkIn))
    else if (field === 15) span.status = reader.inside(statusIn)
  })
  return { ...span, attributes, events, links }
}

const eventIn: Read<OtlpSpanEvent> = reader => {
  const event: OtlpSpanEvent = {}
  const attributes: OtlpKeyValue[] = []
  reader.each(field => {
    if (field === 1) event.timeUnixNano = reader.readFixed64()
    else if (field === 2) event.name = reader.readString()
    else if (field === 3) attributes.push(reader.inside(keyValueIn()))
  })
  return { ...event, attributes }
}

const linkIn: Read<OtlpSpanLink> = reader => {
  const link: OtlpSpanLink = {}
  reader.each(field => {
    if (field === 1) link.traceId = reader.readHex()
    else if (field === 2) link.spanId = reader.readHex()
  })
  return link
}

const statusIn: Read<{ code?: number; message?: string }> = reader => {
  const status: { code?: number; message?: string } = {}
  reader.each(field => {
    if (field === 2) status.message = reader.readString()
    else if (field === 3) status.code = reader.readVarint()
  })
  return status
}
