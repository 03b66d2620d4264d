import type { GateConfig } from '../config/config.ts'
import type { GateResult } from '../promotion/promotion.ts'
import type { Migration, Release } from '../release/release.ts'
import type { RunState } from '../run/run.ts'

/** Everything the gates of one promotion are judged by, gathered beforehand. */
export interface GateFacts {
  release: Pick<Release, 'id'>
  /** Runs of the release's commit, of any workflow file. */
  runs: RunState[]
  /** The run whose job asks for the promotion, and which job that is. */
  asking: { run: RunState; jobId: string } | null
  /** The environment before, and what is live there since when. */
  from: { environment: string; release: string | null; since: string | null } | null
  /** Issues seen for the first time with this release, newest first; `count` may be above the titles given. */
  newIssues: { count: number; titles: string[] }
  /** Migrations of this release that the release live in the target does not have. */
  pendingMigrations: Migration[]
  /** Nothing is live in the target: there is nothing a rollback could bring back. */
  isFirst: boolean
}

type Kind = GateConfig['gate']

/** A condition a promotion must meet. */
export interface Gate<K extends Kind = Kind> {
  gate: K
  judge(facts: GateFacts, settings: Extract<GateConfig, { gate: K }>, now: string): GateResult
}

export const defineGate = <K extends Kind>(gate: Gate<K>): Gate<K> => gate
