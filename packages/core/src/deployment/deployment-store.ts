import type { Hold } from '../promotion/promotion.ts'
import type { Deployment } from './deployment.ts'

/** What the beginning of a deployment brings with it. */
export interface Beginning {
  /** Added to its ledger row. */
  evidence?: Record<string, unknown>
  /** Promotions into its environment wait from now on: for a rollback. */
  hold?: Hold | undefined
  /** A release that is not offered again: for a rollback. */
  bad?: { release: string; because: string } | undefined
}

/**
 * Every change of a deployment is one transaction with the ledger row that says it (`deploymentAct`): a process that
 * ends half-way leaves both or neither.
 */
export interface DeploymentStore {
  /** With all it brings along, or not at all. */
  add(deployment: Deployment, beginning?: Beginning): Promise<void>
  /**
   * Replaces the row if its version is still `deployment.version`, and raises the version by one.
   * @throws GantryError CONFLICT when it moved on; ILLEGAL_TRANSITION when the stored state may not become the new one.
   */
  update(deployment: Deployment): Promise<Deployment>
  /**
   * The same for one that becomes live: whatever was live in its environment is superseded, or rolled back by a
   * rollback, in the same transaction. At no moment are two live, nor none.
   * @throws GantryError CONFLICT, ILLEGAL_TRANSITION
   */
  goLive(deployment: Deployment): Promise<{ live: Deployment; settled: Deployment[] }>
  get(project: string, id: string): Promise<Deployment | null>
  /** Newest first. */
  list(project: string, filter: { environment?: string; release?: string; limit?: number }): Promise<Deployment[]>
  /** The newest one of each of these releases in each environment. */
  newestOf(project: string, releases: string[]): Promise<Deployment[]>
  /** The one that is live, or null. */
  live(project: string, environment: string): Promise<Deployment | null>
  /** The live one of each environment that has one. */
  allLive(project: string): Promise<Deployment[]>
  /** The newest one of each of these environments. */
  newestIn(project: string, environments: string[]): Promise<Deployment[]>
  /** planned, deploying or verifying: to be resumed or undone after a start. */
  unfinished(project: string): Promise<Deployment[]>
}
