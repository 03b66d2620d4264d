import type { NewItem, NewLine, SessionFact, Store } from '@gantry/core'
import { type CommitQueue, createCommitQueue } from './commit-queue.ts'

/** What may wait for its write; above that clients are asked to wait. */
const most = {
  lines: { capacity: 20_000, capacityBytes: 32 * 1024 * 1024 },
  // An item may be an attachment of 16 MB, and is packed before it is written; a collector sends spans of thousands of traces at once.
  items: { capacity: 20_000, capacityBytes: 64 * 1024 * 1024 },
  sessions: { capacity: 20_000, capacityBytes: 32 * 1024 * 1024 },
}

/** The doors for what clients send beside events. */
export interface ReportQueues {
  lines: CommitQueue<NewLine>
  items: CommitQueue<NewItem>
  sessions: CommitQueue<SessionFact>
  /** Answers when everything accepted so far is stored. */
  drained(): Promise<void>
}

export function createReportQueues(parts: {
  store: Pick<Store, 'items' | 'clientSessions'>
  storeLines(lines: NewLine[]): Promise<void>
}): ReportQueues {
  const { items, clientSessions } = parts.store
  const queues = {
    lines: createCommitQueue<NewLine>({ ...most.lines, write: parts.storeLines }),
    items: createCommitQueue<NewItem>({ ...most.items, write: facts => items.keep(facts) }),
    sessions: createCommitQueue<SessionFact>({ ...most.sessions, write: facts => clientSessions.record(facts) }),
  }
  return {
    ...queues,
    async drained() {
      await Promise.all(Object.values(queues).map(queue => queue.drained()))
    },
  }
}
