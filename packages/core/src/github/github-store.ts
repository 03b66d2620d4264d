import type { GitHubConnection } from './github-connection.ts'
import type { GitHubDelivery } from './github-event.ts'
import type { GitHubPush, KeptPush } from './github-push.ts'

/** One thing on GitHub that belongs to one of Gantry's: a deployment, a comment, a run that was asked for. */
export interface GitHubLink {
  kind: 'deployment' | 'comment' | 'dispatch' | 'protection' | 'checks'
  /** Of Gantry's thing: unique in its kind. */
  key: string
  /** More has to be done about it. */
  isOpen: boolean
  body: unknown
}

export interface GitHubStore {
  connection(project: string): Promise<GitHubConnection | null>
  saveConnection(project: string, connection: GitHubConnection): Promise<void>
  /** Which repository has the name, once that is known: whoever says it first. Another connection, or one that knows it, stays as it is. */
  identify(project: string, of: Pick<GitHubConnection, 'repository'> & { repositoryId: number }): Promise<void>
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
  /** Once: the same push again changes nothing, whoever tells of it. */
  keepPush(project: string, push: KeptPush): Promise<void>
  /** Which of them are kept, by place in the list. */
  keptPushes(project: string, pushes: readonly PushedMove[]): Promise<boolean[]>
  /** Those that brought one of these commits somewhere. */
  pushesOf(project: string, shas: readonly string[]): Promise<KeptPush[]>
}

/** What makes a push the same push. */
export type PushedMove = Pick<GitHubPush, 'ref' | 'before' | 'after' | 'actor'>
