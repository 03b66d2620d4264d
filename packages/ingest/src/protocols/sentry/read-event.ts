import { GantryError, type ReportedEvent, type Scrubbed } from '@gantry/core'
import { requireFewValues } from '../../body/few-values.ts'
import { scrubberFor } from '../../scrub/scrub.ts'
import { debugIdsOf } from '../../source-maps/debug-ids.ts'
import { type EventContext, eventFact } from './event-fact.ts'
import { stacksFor } from './known-stacks.ts'
import type { Loose } from './loose.ts'

/**
 * An event item, scrubbed: its fact, and the payload that is kept beside it.
 * @throws GantryError ENVELOPE_MALFORMED when it is no JSON object
 */
export function readEvent(payload: Buffer, context: EventContext): { fact: ReportedEvent; scrubbed?: Scrubbed } {
  const { scrub } = context.settings
  requireFewValues(payload)
  const marked = stacksFor(scrub).read(payload)
  const { value: event, scrubbed } = scrubberFor(scrub).event(marked?.event ?? parsed(payload, 'the event'))
  const debugIds = debugIdsOf(event)
  const whole = () => (marked ? marked.whole(JSON.stringify(event)) : JSON.stringify(event))
  const fact = {
    event: eventFact(event, context, marked?.framesIn),
    payload: scrubbed ? Buffer.from(whole()) : own(payload),
    ...(debugIds !== null && { debugIds }),
  }
  return scrubbed ? { fact, scrubbed } : { fact }
}

/** @throws GantryError ENVELOPE_MALFORMED, BODY_TOO_LARGE */
export function jsonObject(bytes: Buffer, what: string): Loose {
  requireFewValues(bytes)
  return parsed(bytes, what)
}

function parsed(bytes: Buffer, what: string): Loose {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Loose
  } catch (cause) {
    throw new GantryError('ENVELOPE_MALFORMED', `${what} is no JSON, or was cut short`, {}, { cause })
  }
  throw new GantryError('ENVELOPE_MALFORMED', `${what} is no JSON object`)
}

/** Bytes of a body that hold much else are copied: while they wait to be stored, they would keep all of it. */
export const own = (bytes: Buffer): Buffer =>
  bytes.buffer.byteLength > 2 * bytes.length + 65_536 ? Buffer.from(bytes) : bytes
