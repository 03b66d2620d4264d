import { type ErrorEvent, GantryError, type ReportedEvent } from '@gantry/core'
import type { Sender } from '../define-protocol.ts'
import { pastClock } from './client-clock.ts'
import { type EventContext, eventFact } from './event-fact.ts'
import { type Loose, objectOf, valuesOf } from './loose.ts'
import { readEvent } from './read-event.ts'

export interface PastEvent {
  report: ReportedEvent
  /** The same event before another service read its stacks by maps: as its client sends the next one. Null: it did not. */
  asSent: ErrorEvent | null
}

/**
 * An event that another service kept, in the shape in which its client sent it. It happened when it says, however long ago.
 * @throws GantryError ENVELOPE_MALFORMED, BODY_TOO_LARGE
 */
export function readPastEvent(payload: Loose, sender: Sender): PastEvent {
  const context: EventContext = { ...sender, envelopeId: null, clock: pastClock(sender.receivedAt) }
  const { fact } = readEvent(written(payload), context)
  const values = valuesOf(payload['exception']).map(objectOf)
  if (!values.some(isRead)) return { report: fact, asSent: null }
  const sent = values.map(value => (isRead(value) ? { ...value, stacktrace: value['raw_stacktrace'] } : value))
  return { report: fact, asSent: eventFact({ ...payload, exception: { values: sent } }, context) }
}

/** What is nested too deep for JSON is no event. */
function written(payload: Loose): Buffer {
  try {
    return Buffer.from(JSON.stringify(payload))
  } catch (cause) {
    throw new GantryError('ENVELOPE_MALFORMED', 'the event cannot be written as JSON', {}, { cause })
  }
}

const isRead = (value: Loose): boolean => valuesOf(objectOf(value['raw_stacktrace'])['frames']).length > 0
