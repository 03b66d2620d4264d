import type { LedgerEntry, LedgerRow } from './ledger.ts'

export interface LedgerStore {
  /** Chains the row to the newest one of its project. Concurrent appends are put in a line. */
  append(entry: LedgerEntry): Promise<LedgerRow>
  /** Newest first. */
  list(project: string, page: { limit: number; before?: number }): Promise<LedgerRow[]>
  /** Rows of these acts from that moment on, oldest first. */
  since(project: string, acts: readonly LedgerRow['action'][], from: string): Promise<LedgerRow[]>
  /** Recomputes the chain: null when whole, else the first broken row. */
  verify(project: string): Promise<{ brokenAt: number | null; rows: number }>
}
