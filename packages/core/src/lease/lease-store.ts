import type { Lease, LeaseName } from './lease.ts'

/**
 * Who does what, on a database that several processes share. All times are by the clock of the database: those of two
 * machines may differ by more than a lease lasts.
 */
export interface LeaseStore {
  /**
   * Takes the work for `ttlMs`, if nobody has it or whoever had it was silent for too long. Null when it is held, also by
   * `owner` itself: two parts of one process do not both get it.
   *
   * @example
   * const lease = await leases.claim({ project: 'shop', kind: 'run', name: run.id }, processId, 15_000)
   * if (lease === null) return // somebody else carries it out
   */
  claim(work: LeaseName, owner: string, ttlMs: number): Promise<Lease | null>
  /**
   * Holds all these for `ttlMs` from now on, in one statement. Answers the versions that are still held: what is missing was
   * taken over, and whoever did it has to stop. One that ran out and that nobody took is held again.
   */
  renew(leases: readonly Lease[], ttlMs: number): Promise<number[]>
  /** Gives it back at once. Does nothing when it was taken over. */
  release(lease: Lease): Promise<void>
  /** Gives back all that a process holds: for one that stops, or is known to be gone. Answers how many those were. */
  releaseAll(owner: string): Promise<number>
  /** What is held now, oldest first. */
  held(filter?: { project?: string | null; kind?: string; owner?: string }): Promise<HeldLease[]>
  /** Forgets what ran out long ago. Answers how many those were. */
  prune(olderThanMs: number): Promise<number>
}

export interface HeldLease extends Lease {
  since: string
  until: string
}
