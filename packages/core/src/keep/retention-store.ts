import type { Deletion, KeptAmount } from './kept.ts'

/** What is kept, and what went. Lines are counted by their own store. */
export interface RetentionStore {
  /** Each kind but lines, also one of which there is nothing. */
  kept(project: string): Promise<KeptAmount[]>
  /** Adds to what is noted of the same kind and day. What was noted more than a year ago is no longer told. */
  note(project: string, deletions: readonly Deletion[]): Promise<void>
  /** The newest first. */
  deletions(project: string, limit: number): Promise<Deletion[]>
}
