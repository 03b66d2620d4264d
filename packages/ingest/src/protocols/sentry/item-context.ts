import type { Sender } from '../define-protocol.ts'
import type { ClientClock } from './client-clock.ts'

/** What is known of an item besides its bytes. */
export interface ItemContext extends Sender {
  /** `event_id` of the envelope; null where it has none. */
  envelopeId: string | null
  /** Whether it is the only event in there: then the id of the envelope is its own. */
  isOnlyEvent: boolean
  /** The place of the item, so that what has no id of its own gets one. */
  index: number
  clock: ClientClock
}
