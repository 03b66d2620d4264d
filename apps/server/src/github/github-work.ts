import type { GitHubDelivery, GitHubEvent, Store } from '@gantry/core'
import { isSameRepository } from '@gantry/core'
import { retryAtOf, statusOf } from '@gantry/github'
import type { HeardProject } from '../live/project-live.ts'
import { type DueWork, earliest, startDueWork } from '../watch/due-work.ts'
import type { GitHubAccess } from './github-access.ts'

export interface GitHubWorkParts {
  project: string
  store: Pick<Store, 'github'>
  github: Pick<GitHubAccess, 'connection'>
  live: HeardProject
  handlers: GitHubHandlers
  /** What is done about the project's own things, whatever GitHub told. */
  chores: readonly Chore[]
  now(): Date
  log: { error(facts: object, message: string): void }
}

/** What an event leads to. Called again after a crash: twice is as good as once. */
export type GitHubHandlers = {
  [K in GitHubEvent['kind']]: (event: Extract<GitHubEvent, { kind: K }>) => Promise<void>
}

export interface Chore {
  what: string
  /** Changes of these call for it. */
  topics: Parameters<HeardProject['onChange']>[0]
  /** Answers when it has to be done again though nothing changes; null: never. */
  work(): Promise<Date | null>
}

const atOnce = 50
const mostTries = 10
const firstRetryMs = 5_000
const lastRetryMs = 10 * 60_000
/** Refused for good until somebody changes something: asked again so that nobody has to restart a server. */
const refusedRetryMs = 5 * 60_000
/** GitHub itself failed: that is over soon. */
const failedRetryMs = 30_000
const paceMs = 250

/** Acts upon what GitHub told, and keeps GitHub told: by the server that works on the project. */
export class GitHubWork {
  readonly #parts: GitHubWorkParts
  #works: DueWork[] = []
  #hearNoMore: () => void = () => undefined

  constructor(parts: GitHubWorkParts) {
    this.#parts = parts
  }

  start(): void {
    const { live, chores, now } = this.#parts
    const all: readonly Chore[] = [
      { what: 'what GitHub told', topics: ['github'], work: () => this.#handleDeliveries() },
      ...chores.map(chore => ({ ...chore, work: () => this.#patiently(chore) })),
    ]
    const ends = all.map(({ what, topics, work }) => {
      const due = startDueWork({ work, onError: this.#onError(what), paceMs, now })
      this.#works.push(due)
      due.nudge()
      return live.onChange([...topics, 'github'], due.nudge)
    })
    this.#hearNoMore = () => ends.forEach(end => void end())
  }

  /** Word may be lost, with the server that was about to tell it. */
  lookAgain(): void {
    for (const work of this.#works) work.nudge()
  }

  async stop(): Promise<void> {
    this.#hearNoMore()
    await Promise.all(this.#works.splice(0).map(work => work.stop()))
  }

  /** What GitHub refuses now is asked again when GitHub says so, or later; only what nobody expected is an error. */
  async #patiently({ what, work }: Chore): Promise<Date | null> {
    try {
      return (await this.#parts.github.connection()) === null ? null : await work()
    } catch (cause) {
      const retryAt = retryAtOf(cause)
      if (retryAt !== null) return retryAt
      const status = statusOf(cause)
      if (status === null) throw cause
      this.#onError(what)(cause)
      return new Date(this.#parts.now().getTime() + (status >= 500 ? failedRetryMs : refusedRetryMs))
    }
  }

  async #handleDeliveries(): Promise<Date | null> {
    const { project, store, now } = this.#parts
    const due = await store.github.dueDeliveries(project, now().toISOString(), atOnce)
    for (const delivery of due) await this.#handle(delivery)
    if (due.length === atOnce) return now()
    const next = await store.github.nextDelivery(project)
    return earliest([next === null ? null : new Date(next)])
  }

  async #handle(delivery: GitHubDelivery & { tries: number }): Promise<void> {
    const { project, store, now } = this.#parts
    const at = () => now().toISOString()
    try {
      if (await this.#isOurs(delivery)) await this.#actUpon(delivery.event)
      await store.github.handled(project, delivery.id, { at: at(), failure: null })
    } catch (cause) {
      this.#onError(`what GitHub told (${delivery.event.kind})`)(cause)
      const failure = String(cause instanceof Error ? cause.message : cause).slice(0, 500)
      const dueAt = delivery.tries + 1 >= mostTries ? null : this.#retryAt(cause, delivery.tries)
      await store.github.handled(project, delivery.id, { at: at(), failure, dueAt })
    }
  }

  /** An App may be installed on other repositories, and each project has its own; one that took its name is another. */
  async #isOurs({ repository, repositoryId, event }: GitHubDelivery): Promise<boolean> {
    const connection = await this.#parts.github.connection()
    if (connection === null) return false
    if (repository === null) return event.kind === 'installation' || event.kind === 'ping'
    const isAnother =
      connection.repositoryId !== null && repositoryId != null && repositoryId !== connection.repositoryId
    return isSameRepository(repository, connection.repository) && !isAnother
  }

  #actUpon(event: GitHubEvent): Promise<void> {
    const { handlers } = this.#parts
    if (event.kind === 'push') return handlers.push(event)
    if (event.kind === 'run') return handlers.run(event)
    if (event.kind === 'pull') return handlers.pull(event)
    if (event.kind === 'protection') return handlers.protection(event)
    if (event.kind === 'check') return handlers.check(event)
    return event.kind === 'installation' ? handlers.installation(event) : handlers.ping(event)
  }

  #retryAt(cause: unknown, tries: number): string {
    const waitMs = Math.min(firstRetryMs * 2 ** tries, lastRetryMs)
    return (retryAtOf(cause) ?? new Date(this.#parts.now().getTime() + waitMs)).toISOString()
  }

  #onError = (what: string) => (cause: unknown) =>
    this.#parts.log.error({ err: cause, project: this.#parts.project }, `${what} could not be done`)
}
