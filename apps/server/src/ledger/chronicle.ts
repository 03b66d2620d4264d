import type { LedgerRow, LedgerStore } from '@gantry/core'
import type { ProjectLive } from '../live/project-live.ts'

export type Act = Pick<LedgerRow, 'actor' | 'action' | 'subject'> & {
  reason?: string | null
  evidence?: Record<string, unknown>
}

/** Writes an act into the project's ledger and tells the open screens. */
export type Chronicle = (act: Act) => Promise<LedgerRow>

export const createChronicle =
  (project: string, ledger: LedgerStore, live: ProjectLive, now: () => Date): Chronicle =>
  async act => {
    const row = await ledger.append({ project, at: now().toISOString(), reason: null, evidence: {}, ...act })
    live.tell({ topic: 'ledger', key: project })
    return row
  }
