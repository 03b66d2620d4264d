import { type ErrorEvent, GantryError, probeHeader, probeTag } from '@gantry/core'
import type { Sender } from '../define-protocol.ts'
import { exceptionsOf } from './exceptions.ts'
import { type Loose, listOf, objectOf, textOf, valuesOf } from './loose.ts'

export interface EventContext extends Sender {
  /** `event_id` of the envelope header; it wins over the one in the payload. */
  envelopeId: unknown
}

const levels = ['fatal', 'error', 'warning', 'info', 'debug'] as const
const breadcrumbsKept = 100
const tagsKept = 100

/**
 * An event item as a fact. Odd fields are left out, never refused: a report about a fault must not be lost to one.
 * Source: https://develop.sentry.dev/sdk/data-model/event-payloads/
 * @throws GantryError ENVELOPE_MALFORMED when the payload is no JSON object
 */
export function eventFact(payload: Buffer, context: EventContext): ErrorEvent {
  const event = parsed(payload)
  const request = objectOf(event['request'])
  const tags = tagsOf(event['tags'])
  if (isOfProbe(request)) tags[probeTag] = 'true'
  const trace = objectOf(objectOf(event['contexts'])['trace'])
  const exceptions = exceptionsOf(event)
  return {
    id: idOf(context.envelopeId) ?? idOf(event['event_id']) ?? context.newId,
    project: context.project,
    environment: textOf(event['environment'], 64) ?? 'production',
    release: textOf(event['release'], 200),
    service: tags['service'] ?? context.service,
    level: levels.find(level => level === event['level']) ?? 'error',
    platform: textOf(event['platform'], 64) ?? 'other',
    at: instantOf(event['timestamp'], context.receivedAt),
    receivedAt: context.receivedAt,
    message: messageOf(event),
    messageTemplate: templateOf(event),
    exceptions,
    fingerprint: listOf(event['fingerprint'])
      .map(part => textOf(part, 200))
      .filter(part => part !== null)
      .slice(0, 20),
    transaction: textOf(event['transaction'], 200),
    url: textOf(request['url'], 2_048),
    user: userOf(objectOf(event['user'])),
    traceId: textOf(trace['trace_id'], 64),
    tags,
    breadcrumbs: valuesOf(event['breadcrumbs'])
      .slice(-breadcrumbsKept)
      .map(value => breadcrumbOf(value, context.receivedAt)),
    sdk: sdkOf(objectOf(event['sdk'])),
  }
}

/** Clients send a request's headers as a list of pairs or as an object, in any case. */
function isOfProbe(request: Loose): boolean {
  const { headers } = request
  const names = Array.isArray(headers) ? headers.map(pair => listOf(pair)[0]) : Object.keys(objectOf(headers))
  return names.some(name => typeof name === 'string' && name.toLowerCase() === probeHeader)
}

function parsed(payload: Buffer): Loose {
  try {
    const value: unknown = JSON.parse(payload.toString())
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Loose
  } catch (cause) {
    throw new GantryError('ENVELOPE_MALFORMED', 'the event is no JSON, or was cut short', {}, { cause })
  }
  throw new GantryError('ENVELOPE_MALFORMED', 'the event is no JSON object')
}

/** 32 hex digits, with or without dashes. */
function idOf(value: unknown): string | null {
  const digits = typeof value === 'string' ? value.replaceAll('-', '').toLowerCase() : ''
  return /^[0-9a-f]{32}$/.test(digits) ? digits : null
}

/** Seconds since 1970 or ISO 8601; the time of arrival when it is neither, or more than a day ahead. */
function instantOf(value: unknown, receivedAt: string): string {
  const ms = typeof value === 'number' ? value * 1_000 : typeof value === 'string' ? Date.parse(value) : Number.NaN
  const latest = Date.parse(receivedAt) + 86_400_000
  return ms > 0 && ms <= latest ? new Date(ms).toISOString() : receivedAt
}

function messageOf(event: Loose): string | null {
  const entry = objectOf(event['logentry'])
  const message = objectOf(event['message'])
  return (
    textOf(entry['formatted']) ??
    textOf(entry['message']) ??
    textOf(event['message']) ??
    textOf(message['formatted']) ??
    textOf(message['message'])
  )
}

/** Only where values were put in: `message` of an entry is what is shown otherwise. */
function templateOf(event: Loose): string | null {
  const entry = objectOf(event['logentry'])
  return textOf(entry['formatted']) === null ? null : textOf(entry['message'])
}

function tagsOf(value: unknown): Record<string, string> {
  const pairs = Array.isArray(value) ? value.map(pair => listOf(pair)) : Object.entries(objectOf(value))
  const kept = pairs.slice(0, tagsKept).flatMap(([name, text]) => {
    const key = textOf(name, 64)
    const tag = textOf(text, 200)
    return key !== null && tag !== null ? [[key, tag] as const] : []
  })
  return Object.fromEntries(kept)
}

const userOf = (user: Loose): string | null =>
  textOf(user['id'], 200) ??
  textOf(user['email'], 200) ??
  textOf(user['username'], 200) ??
  textOf(user['ip_address'], 64)

function breadcrumbOf(value: unknown, receivedAt: string): ErrorEvent['breadcrumbs'][number] {
  const crumb = objectOf(value)
  const data = objectOf(crumb['data'])
  const detail = [data['method'], data['url'], data['status_code']]
    .map(part => textOf(part, 500))
    .filter(part => part !== null)
    .join(' ')
  return {
    at: crumb['timestamp'] === undefined ? null : instantOf(crumb['timestamp'], receivedAt),
    category: textOf(crumb['category'], 100),
    level: textOf(crumb['level'], 20),
    message: textOf(crumb['message'], 2_000) ?? detail,
  }
}

function sdkOf(sdk: Loose): string | null {
  const name = textOf(sdk['name'], 100)
  return name && `${name} ${textOf(sdk['version'], 40) ?? ''}`.trim()
}
