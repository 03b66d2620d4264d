import { type ErrorEvent, groupEvent, type Store } from '@gantry/core'
import type { LiveHub } from '../live/live-hub.ts'
import { type CommitQueue, createCommitQueue } from './commit-queue.ts'

/** Events that may wait for their write; above that a client is asked to wait. */
const capacity = 5_000
const batch = 500
/** Large events are few events: neither those that wait nor one write may take the memory of thousands of small ones. */
const bytes = { capacity: 64 * 1024 * 1024, batch: 8 * 1024 * 1024 }

/** Groups events and stores many in one durable write; the promise of `add` is the acknowledgement. */
export function createEventIntake(parts: { store: Pick<Store, 'issues'>; live: LiveHub }): CommitQueue<ErrorEvent> {
  return createCommitQueue<ErrorEvent>({
    capacity,
    batch,
    bytes,
    async write(events) {
      const stored = await parts.store.issues.record(events.map(event => ({ event, ...groupEvent(event) })))
      const issues = new Set(stored.filter(({ isDuplicate }) => !isDuplicate).map(({ issueNumber }) => issueNumber))
      for (const number of issues) parts.live.tell({ topic: 'issue', key: String(number) })
    },
  })
}
