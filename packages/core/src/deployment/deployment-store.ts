import type { Deployment } from './deployment.ts'

export interface DeploymentStore {
  add(deployment: Deployment): Promise<void>
  /**
   * Replaces the row if its version is still `deployment.version`, and raises the version by one.
   * @throws GantryError CONFLICT when it moved on.
   */
  update(deployment: Deployment): Promise<Deployment>
  get(project: string, id: string): Promise<Deployment | null>
  /** Newest first. */
  list(project: string, filter: { environment?: string; release?: string; limit?: number }): Promise<Deployment[]>
  /** The one that is live, or null. */
  live(project: string, environment: string): Promise<Deployment | null>
  /** planned, deploying or verifying: to be resumed or undone after a start. */
  unfinished(project: string): Promise<Deployment[]>
}
