import { type ErrorEvent, groupEvent, type Store } from '@gantry/core'
import type { ProjectLive } from '../live/project-live.ts'
import { type CommitQueue, createCommitQueue } from './commit-queue.ts'

/** Events that may wait for their write; above that a client is asked to wait. */
const capacity = 5_000
/** Large events are few events: those that wait may not take the memory of hundreds of thousands. */
const capacityBytes = 64 * 1024 * 1024

/** Groups events and hands them to the store; the promise of `add` is the acknowledgement. */
export function createEventIntake(parts: {
  store: Pick<Store, 'issues'>
  live: ProjectLive
  /** Errors are traffic: where some were stored. */
  onTraffic(environments: Iterable<string>): void
}): CommitQueue<ErrorEvent> {
  const changed = new Set<number>()
  // What one batch stored answers in one go: each of its issues is told once.
  const tellSoon = (number: number) => {
    if (changed.size === 0)
      setImmediate(() => {
        for (const number of changed) parts.live.tell({ topic: 'issue', key: String(number) })
        changed.clear()
      })
    changed.add(number)
  }
  return createCommitQueue<ErrorEvent>({
    capacity,
    capacityBytes,
    write(events) {
      const environments = new Set(events.map(({ environment }) => environment))
      return parts.store.issues.record(events.map(event => ({ event, ...groupEvent(event) }))).then(stored => {
        for (const { isDuplicate, issueNumber } of stored) if (!isDuplicate) tellSoon(issueNumber)
        parts.onTraffic(environments)
      })
    },
  })
}
