import type { Project } from '@gantry/core'
import type { Foundation } from '../foundation.ts'
import { type Opening, openProject, type ProjectContext } from './open-project.ts'
import { takeUpProject } from './take-up-project.ts'

/**
 * The projects of this server. Each is open from the start, or from the moment it is added, to the end: its monitors, rules,
 * schedules and promotions work without anybody asking, so none is ever idle.
 */
export class Projects {
  readonly #foundation: Foundation
  readonly #opening: Opening
  readonly #open = new Map<string, ProjectContext>()

  constructor(foundation: Foundation, opening: Opening) {
    this.#foundation = foundation
    this.#opening = opening
  }

  /** Opens all that are known, one after the other: a start that opened fifty at once would starve itself. */
  async openAll(): Promise<void> {
    for (const stored of await this.#foundation.store.projects.list())
      if (!this.#open.has(stored.name)) await this.#opened(stored)
  }

  /** Makes it when it is new. */
  async ensure(name: string): Promise<ProjectContext> {
    const { store, now } = this.#foundation
    const stored = await store.projects.ensure({ name, createdAt: now().toISOString() })
    return this.#open.get(stored.name) ?? this.#opened(stored)
  }

  all(): ProjectContext[] {
    return [...this.#open.values()]
  }

  find(name: string): ProjectContext | null {
    return this.#open.get(name) ?? null
  }

  /** What the last stop left of each; one that cannot be taken up whole keeps no other from it. */
  async takeUp(): Promise<void> {
    for (const context of this.all()) await takeUpProject(context, this.#opening)
  }

  /** Tells the repositories where this server listens. */
  async writeHooks(): Promise<void> {
    for (const context of this.all()) await context.writeHooks()
  }

  /** Ends what runs of each; what was heard is stored before it answers. */
  async stopRuns(): Promise<void> {
    await Promise.all(this.all().map(({ keeper }) => keeper.stop()))
    await Promise.all(this.all().map(({ watch }) => watch.stop()))
  }

  async #opened(stored: Project): Promise<ProjectContext> {
    const context = await openProject(this.#foundation, stored, this.#opening)
    this.#open.set(stored.name, context)
    return context
  }
}
