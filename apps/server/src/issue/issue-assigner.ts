import { type Assignee, type ErrorEvent, GantryError, type Store, type UntoldTurn } from '@gantry/core'
import type { IssuesConfig } from '@gantry/core/config'
import type { ProjectLive } from '../live/project-live.ts'

export interface IssueAssignerParts {
  project: string
  store: Pick<Store, 'issues' | 'issueLife'>
  live: ProjectLive
  /** Who looks after what an event is about; null: nobody is known. */
  assigneeFor(event: ErrorEvent, by: IssuesConfig['assign']): Promise<Assignee | null>
  onError(cause: unknown): void
}

/** A flood makes issues faster than git answers who wrote what: those above are assigned by hand. */
const mostWaiting = 20

/** Assigns new issues one after the other, beside everything else: neither notices nor silences wait for git. */
export class IssueAssigner {
  readonly #parts: IssueAssignerParts
  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(parts: IssueAssignerParts) {
    this.#parts = parts
  }

  add(turns: readonly UntoldTurn[], by: IssuesConfig['assign']): void {
    if (by.length === 0) return
    for (const turn of turns.slice(0, Math.max(0, mostWaiting - this.#waiting))) {
      this.#waiting++
      this.#last = this.#last
        .then(() => this.#assign(turn, by))
        .catch(cause => this.#parts.onError(cause))
        .finally(() => this.#waiting--)
    }
  }

  drained(): Promise<void> {
    return this.#last
  }

  async #assign({ event, issue: { id, number }, at }: UntoldTurn, by: IssuesConfig['assign']): Promise<void> {
    const { project, store, live, assigneeFor } = this.#parts
    const found = event === null ? null : await store.issues.event(project, event)
    if (!found || (await this.#unassigned(id)) === null) return
    const assignee = await assigneeFor(found.event, by)
    // Git took its time: somebody may have taken it meanwhile, or said that it is nobody's.
    const version = await this.#unassigned(id)
    if (!assignee || version === null) return
    try {
      await store.issueLife.change(project, [id], { to: 'assigned', assignee }, { by: null, at, text: null }, version)
      live.tell({ topic: 'issue', key: String(number) })
    } catch (cause) {
      // Whoever was quicker knows better.
      if (!(cause instanceof GantryError && cause.code === 'CONFLICT')) throw cause
    }
  }

  /** The version to assign; null where people, or a merge, said already whose it is. */
  async #unassigned(id: string): Promise<number | null> {
    const { project, store } = this.#parts
    const issue = await store.issues.get(project, id)
    if (issue?.id !== id || issue.assignee !== null) return null
    const acts = await store.issueLife.acts(project, id)
    return acts.some(({ kind }) => kind === 'assigned') ? null : issue.version
  }
}
