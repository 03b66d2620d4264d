import type { KeptItemKind, NewItem } from '@gantry/core'
import type { EnvelopeItem } from './envelope.ts'
import { idOf } from './event-fact.ts'
import type { ItemContext } from './item-context.ts'
import { type Loose, listOf, objectOf, textOf } from './loose.ts'

type Read = Omit<NewItem, 'id' | 'project' | 'receivedAt' | 'kind' | 'type' | 'content'>
type Special = Partial<
  Pick<Read, 'at' | 'name' | 'eventId' | 'traceId' | 'facts' | 'environment' | 'release' | 'service'>
>

/** What lists show of an item, and what it belongs to. Odd fields are left out. */
export function itemFacts(kind: KeptItemKind, item: EnvelopeItem, json: Loose, context: ItemContext): Read {
  const trace = objectOf(objectOf(json['contexts'])['trace'])
  return {
    at: context.clock.instant(json['timestamp'] ?? json['start_timestamp']),
    name: null,
    eventId: context.envelopeId,
    traceId: textOf(trace['trace_id'] ?? json['trace_id'], 64),
    service: context.service,
    environment: textOf(json['environment'], 64),
    release: textOf(json['release'], 200),
    facts: {},
    ...specials[kind]?.(json, item, context),
  }
}

const specials: Readonly<
  Partial<Record<KeptItemKind, (json: Loose, item: EnvelopeItem, context: ItemContext) => Special>>
> = {
  attachment: (_json, { header }) => ({
    name: textOf(header['filename'], 200) ?? 'attachment',
    facts: {
      contentType: textOf(header['content_type'], 100),
      attachmentType: textOf(header['attachment_type'], 100),
    },
  }),
  'check-in': json => {
    const schedule = objectOf(objectOf(json['monitor_config'])['schedule'])
    return {
      name: textOf(json['monitor_slug'], 200),
      facts: {
        status: textOf(json['status'], 40),
        seconds: numberOf(json['duration']),
        schedule: textOf(schedule['value'], 100),
        unit: textOf(schedule['unit'], 20),
      },
    }
  },
  feedback(json) {
    const said = Object.keys(json).includes('comments') ? json : objectOf(objectOf(json['contexts'])['feedback'])
    const eventId = idOf(said['associated_event_id'] ?? (said === json ? json['event_id'] : undefined))
    return {
      name: textOf(said['name'], 200),
      ...(eventId !== null && { eventId }),
      facts: {
        message: textOf(said['message'] ?? said['comments'], 4_000),
        email: textOf(said['contact_email'] ?? said['email'], 200),
        url: textOf(said['url'], 2_000),
      },
    }
  },
  transaction: json => ({
    name: textOf(json['transaction'], 200),
    facts: {
      op: textOf(objectOf(objectOf(json['contexts'])['trace'])['op'], 100),
      status: textOf(objectOf(objectOf(json['contexts'])['trace'])['status'], 40),
      ms: millisecondsIn(json['start_timestamp'], json['timestamp']),
      spans: listOf(json['spans']).length,
    },
  }),
  span(json, _item, { clock, service }) {
    const spans = json['items'] === undefined ? [json] : listOf(json['items']).map(objectOf)
    const [first = {}] = spans
    const root = spans.find(span => span['is_segment'] === true || span['is_root'] === true) ?? first
    const said = (name: string, most: number) => textOf(attributeOf(root, name) ?? attributeOf(first, name), most)
    return {
      // Of the first one, so that its reader can tell how far the clock of the client was off.
      at: clock.instant(first['start_timestamp']),
      name: textOf(root['name'] ?? root['description'], 200),
      traceId: textOf(first['trace_id'], 64),
      service: service ?? said('service.name', 64),
      environment: said('sentry.environment', 64) ?? textOf(root['environment'], 64),
      release: said('sentry.release', 200) ?? textOf(root['release'], 200),
      facts: {
        op: textOf(root['op'] ?? attributeOf(root, 'sentry.op'), 100),
        status: textOf(root['status'], 40),
        ms: millisecondsIn(root['start_timestamp'], root['end_timestamp'] ?? root['timestamp']),
        spans: spans.length,
      },
    }
  },
}

const attributeOf = (span: Loose, name: string): unknown => objectOf(objectOf(span['attributes'])[name])['value']

const numberOf = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)

function millisecondsIn(from: unknown, to: unknown): number | null {
  const [began, ended] = [numberOf(from), numberOf(to)]
  return began === null || ended === null ? null : Math.round((ended - began) * 1_000_000) / 1_000
}
