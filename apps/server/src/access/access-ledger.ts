import type { LedgerStore } from '@gantry/core'
import { type Act, createChronicle } from '../ledger/chronicle.ts'
import type { LiveHub } from '../live/live-hub.ts'
import { projectLive } from '../live/project-live.ts'

/** Who got in, who was let in, and what they were given: written where it is read. */
export interface AccessLedger {
  /** Into the ledger of that project; with null into the server's own, for what is about no project. */
  write(project: string | null, act: Act): Promise<void>
  /** Tells open streams that somebody may do less: `key` is a session, a token or a person. */
  accessChanged(key: string): void
}

/** The ledger of the server itself: no project can be called that. */
export const serverLedger = '@server'

export function createAccessLedger(ledger: LedgerStore, live: LiveHub, now: () => Date): AccessLedger {
  return {
    async write(project, act) {
      const place = project ?? serverLedger
      await createChronicle(place, ledger, projectLive(place, live), now)(act)
    },
    accessChanged: key => live.tell({ topic: 'access', project: serverLedger, key }),
  }
}
