import type { LedgerEntry } from '../ledger/ledger.ts'
import type { Notice, OutboxRow } from '../notice/notice.ts'
import type { Incident, IncidentEntry } from './incident.ts'

/** A change of an incident with everything that goes with it, stored in one transaction or not at all. */
export interface IncidentChange {
  incident: Incident
  entries: Omit<IncidentEntry, 'id'>[]
  /** One outbox row each; a row with the same channel, dedupKey and kind for the same incident version is not added twice. */
  notices: { channel: string; notice: Notice }[]
  /** The row of the ledger that says it; left out where nobody was told of it and nobody decided anything. */
  act?: LedgerEntry
}

export interface IncidentStore {
  nextNumber(project: string): Promise<number>
  /** Inserts when the number is new, else updates when the version is unchanged. @throws CONFLICT */
  apply(change: IncidentChange): Promise<Incident>
  get(project: string, number: number): Promise<Incident | null>
  list(project: string, filter: { state?: 'open' | 'all'; limit?: number }): Promise<Incident[]>
  entries(project: string, number: number): Promise<IncidentEntry[]>
  addEntry(project: string, number: number, entry: Omit<IncidentEntry, 'id'>): Promise<IncidentEntry>
}

export interface OutboxStore {
  add(rows: { project: string; channel: string; notice: Notice }[]): Promise<void>
  /**
   * Pending rows due at `now`, of one project or of all, oldest first, leased until `now + leaseMs` so that no one else sends them meanwhile.
   * Of each project, channel and dedupKey at most one, the oldest that is pending: while it waits for its next try or
   * for its answer the younger ones stay where they are, untouched, so that a resolve never overtakes its trigger.
   */
  claim(now: string, leaseMs: number, limit: number, project?: string): Promise<OutboxRow[]>
  /** When `claim` would hand out something of the project if nothing changes until then; null: never. It may be past. */
  nextDue(project: string): Promise<string | null>
  /** Like `failed`, it counts one attempt and ends the lease; a row that is no longer pending stays as it is. */
  sent(id: string, at: string): Promise<void>
  /** Tried again at `nextAt`; null gives up. */
  failed(id: string, failure: { error: string; nextAt: string | null }): Promise<void>
  /** Takes back a row that is pending: its channel has no use for such a notice, and nobody was told. */
  unneeded(id: string): Promise<void>
  forIncident(project: string, number: number): Promise<OutboxRow[]>
  /** Of each channel what it was told last. */
  newest(project: string): Promise<OutboxRow[]>
  /** The notices of one dedupKey, oldest first. */
  ofKey(project: string, dedupKey: string): Promise<OutboxRow[]>
}
