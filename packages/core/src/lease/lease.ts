/** What one process at a time may do. */
export interface LeaseName {
  /** Null for what is about the server and no project. */
  project: string | null
  /** What sort of work: `run`, `job`, `deployment`, `duty`, … */
  kind: string
  /** Which one of that sort, such as the id of a run. */
  name: string
}

/** The right to do one piece of work until it is released, or is silent for longer than its time and is taken over. */
export interface Lease extends LeaseName {
  /** The process that holds it. */
  owner: string
  /**
   * Higher than that of every lease before, also of one that was released. A write that names it is refused once another
   * process took the work over, so a process that slept cannot write what is not its own any more.
   */
  version: number
}

/** How long a lease lasts without a renewal, and how often its owner renews it. */
export interface LeaseTimes {
  ttlMs: number
  renewEveryMs: number
}

/** A busy process is silent for seconds, a stopped one for good. Five renewals may be lost before work changes hands. */
export const usualLeaseTimes: LeaseTimes = { ttlMs: 15_000, renewEveryMs: 3_000 }
