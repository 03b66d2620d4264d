import { GantryError, type Project } from '@gantry/core'
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
      if (stored.archivedAt === null && !this.#open.has(stored.name)) await this.#opened(stored)
  }

  /** Makes it when it is new. */
  async ensure(name: string): Promise<ProjectContext> {
    const { store, now } = this.#foundation
    const stored = await store.projects.ensure({ name, createdAt: now().toISOString() })
    return this.#open.get(stored.name) ?? this.#opened(stored)
  }

  /** @throws GantryError CONFLICT when there is one of that name, also one that rests */
  async add(name: string, title: string): Promise<ProjectContext> {
    const { projects } = this.#foundation.store
    const known = await projects.get(name)
    if (known) throw new GantryError('CONFLICT', `there is a project ${name}${known.archivedAt ? ', archived' : ''}`)
    const stored = await projects.ensure({ name, createdAt: this.#foundation.now().toISOString() })
    if (title !== name) await projects.rename(name, title)
    return this.#taken({ ...stored, title })
  }

  async rename({ stored, project }: ProjectContext, title: string): Promise<void> {
    await this.#foundation.store.projects.rename(stored.name, title)
    await project.reload()
  }

  /** Ends everything of it. What was under way is taken up when it is restored, as after a stop. */
  async archive(context: ProjectContext): Promise<Project> {
    const { store, now } = this.#foundation
    const { name } = context.stored
    await store.projects.archive(name, now().toISOString())
    this.#open.delete(name)
    await context.keeper.stop()
    await this.#opening.machine.rest(name)
    await context.watch.stop()
    return context.project.reload()
  }

  /** @throws GantryError PROJECT_UNKNOWN, CONFLICT when it is not archived */
  async restore(name: string): Promise<ProjectContext> {
    const { projects } = this.#foundation.store
    const stored = await projects.get(name)
    if (!stored) throw new GantryError('PROJECT_UNKNOWN', `no project ${name.slice(0, 60)}`)
    if (stored.archivedAt === null) throw new GantryError('CONFLICT', `${name} is not archived`)
    await projects.archive(name, null)
    return this.#taken({ ...stored, archivedAt: null })
  }

  async archived(): Promise<Project[]> {
    return (await this.#foundation.store.projects.list()).filter(({ archivedAt }) => archivedAt !== null)
  }

  /** Whether it is the one that each start makes. */
  isHome = (name: string): boolean => name === this.#foundation.environment.project

  all(): ProjectContext[] {
    return [...this.#open.values()]
  }

  find(name: string): ProjectContext | null {
    return this.#open.get(name) ?? null
  }

  /** @throws GantryError PROJECT_UNKNOWN */
  require(name: string): void {
    if (!this.#open.has(name)) throw new GantryError('PROJECT_UNKNOWN', `no project ${name.slice(0, 60)}`)
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

  /** Opened while the server runs: what a start does for all is done for it. */
  async #taken(stored: Project): Promise<ProjectContext> {
    const context = await this.#opened(stored)
    await context.writeHooks()
    await takeUpProject(context, this.#opening)
    return context
  }

  async #opened(stored: Project): Promise<ProjectContext> {
    const context = await openProject(this.#foundation, stored, this.#opening)
    this.#open.set(stored.name, context)
    return context
  }
}
