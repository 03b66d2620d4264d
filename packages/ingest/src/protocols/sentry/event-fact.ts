import { type ErrorEvent, type Frame, probeHeader, probeTag } from '@gantry/core'
import type { Sender } from '../define-protocol.ts'
import { breadcrumbOf, breadcrumbsOf } from './breadcrumbs.ts'
import type { ClientClock } from './client-clock.ts'
import { exceptionsOf } from './exceptions.ts'
import { type Loose, listOf, objectOf, textOf } from './loose.ts'

export interface EventContext extends Sender {
  /** `event_id` of the envelope header; it wins over the one in the payload. */
  envelopeId: unknown
  clock: ClientClock
}

const levels = ['fatal', 'error', 'warning', 'info', 'debug'] as const
const tagsKept = 100

/**
 * An event as a fact. Odd fields are left out, never refused: a report about a fault must not be lost to one.
 * Source: https://develop.sentry.dev/sdk/data-model/event-payloads/
 * @param framesIn reads the frames of exceptions, where they are not what the client sent
 */
export function eventFact(event: Loose, context: EventContext, framesIn?: (frames: unknown) => Frame[]): ErrorEvent {
  const { clock } = context
  const request = objectOf(event['request'])
  const tags = tagsOf(event['tags'])
  if (isOfProbe(request)) tags[probeTag] = 'true'
  const trace = objectOf(objectOf(event['contexts'])['trace'])
  const exceptions = exceptionsOf(event, framesIn)
  return {
    id: idOf(context.envelopeId) ?? idOf(event['event_id']) ?? context.newId,
    project: context.project,
    environment: textOf(event['environment'], 64) ?? 'production',
    release: textOf(event['release'], 200),
    service: tags['service'] ?? context.service,
    level: levels.find(level => level === event['level']) ?? 'error',
    platform: textOf(event['platform'], 64) ?? 'other',
    at: clock.instant(event['timestamp']),
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
    ...userNamesOf(objectOf(event['user'])),
    traceId: textOf(trace['trace_id'], 64),
    spanId: textOf(trace['span_id'], 32),
    tags,
    breadcrumbs: breadcrumbsOf(event).map(crumb => breadcrumbOf(crumb, clock)),
    sdk: sdkOf(objectOf(event['sdk'])),
  }
}

/** Clients send a request's headers as a list of pairs or as an object, in any case. */
function isOfProbe(request: Loose): boolean {
  const { headers } = request
  const names = Array.isArray(headers) ? headers.map(pair => listOf(pair)[0]) : Object.keys(objectOf(headers))
  return names.some(name => typeof name === 'string' && name.toLowerCase() === probeHeader)
}

/** 32 hex digits, with or without dashes. */
export function idOf(value: unknown): string | null {
  const digits = typeof value === 'string' ? value.replaceAll('-', '').toLowerCase() : ''
  return /^[0-9a-f]{32}$/.test(digits) ? digits : null
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

/** People are counted by one key, an id where there is one, and asked for by others. */
function userNamesOf(user: Loose): Pick<ErrorEvent, 'userNames'> {
  const names = [textOf(user['email'], 200), textOf(user['username'], 200)].filter(name => name !== null)
  return names.length === 0 ? {} : { userNames: names }
}

function sdkOf(sdk: Loose): string | null {
  const name = textOf(sdk['name'], 100)
  return name && `${name} ${textOf(sdk['version'], 40) ?? ''}`.trim()
}
