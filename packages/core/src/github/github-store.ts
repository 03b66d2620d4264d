import type { GitHubConnection } from './github-connection.ts'
import type { GitHubDelivery } from './github-event.ts'

/** One thing on GitHub that belongs to one of Gantry's: a deployment, a comment, a run that was asked for. */
export interface GitHubLink {
  kind: 'deployment' | 'comment' | 'dispatch' | 'protection'
  /** Of Gantry's thing: unique in its kind. */
  key: string
  /** More has to be done about it. */
  isOpen: boolean
  body: unknown
}

export interface GitHubStore {
  connection(project: string): Promise<GitHubConnection | null>
  saveConnection(project: string, connection: GitHubConnection): Promise<void>
  /** With all links. False when there was none. */
  removeConnection(project: string): Promise<boolean>
  /** False when that delivery, or one of the same bytes, is kept already. */
  keepDelivery(project: string, delivery: GitHubDelivery): Promise<boolean>
  /** Those that wait and are due at `at`, the oldest first. */
  dueDeliveries(project: string, at: string, limit: number): Promise<(GitHubDelivery & { tries: number })[]>
  /** When the newest one came, done with or not. */
  lastDelivery(project: string): Promise<string | null>
  /** When the next one is due that waits; null: none waits. */
  nextDelivery(project: string): Promise<string | null>
  /** `failure` null: it is done with. `dueAt` null: it is not tried again. */
  handled(
    project: string,
    id: string,
    how: { at: string; failure: null } | { at: string; failure: string; dueAt: string | null },
  ): Promise<void>
  /** Those of these keys that there are. */
  links(project: string, kind: GitHubLink['kind'], keys: readonly string[]): Promise<GitHubLink[]>
  openLinks(project: string, kind: GitHubLink['kind']): Promise<GitHubLink[]>
  /** Sets it or takes the place of the former one. */
  saveLink(project: string, link: GitHubLink, at: string): Promise<void>
}
