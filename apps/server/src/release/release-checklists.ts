import {
  type Checklist,
  GantryError,
  type Person,
  type Project,
  type Release,
  readTasks,
  type Store,
  shortSha,
} from '@gantry/core'
import { usualChecklist } from '@gantry/core/config'
import type { Repository } from '../git/repository.ts'
import type { Chronicle } from '../ledger/chronicle.ts'
import type { ProjectLive } from '../live/project-live.ts'

export interface ReleaseChecklistsParts {
  name: string
  project(): Promise<Project>
  store: Pick<Store, 'checklists'>
  repository: Pick<Repository, 'source'>
  live: ProjectLive
  record: Chronicle
  now(): Date
}

/** What people go through for a release: the tasks of the file as it stands at its commit, and who ticked them. */
export class ReleaseChecklists {
  readonly #parts: ReleaseChecklistsParts

  constructor(parts: ReleaseChecklistsParts) {
    this.#parts = parts
  }

  /** Null where the commit has no such file. */
  async of(release: Pick<Release, 'id' | 'sha'>): Promise<Checklist | null> {
    const { name, project, store, repository } = this.#parts
    // A config that an older Gantry stored names none.
    const file = (await project()).config?.checklist ?? usualChecklist
    const text = await repository.source(release.sha, file).catch(() => null)
    if (text === null) return null
    const ticks = await store.checklists.ticks(name, release.id, file)
    return { file, tasks: readTasks(text).map(task => ({ ...task, ticked: ticks.get(task.index) ?? null })) }
  }

  /** Ticks a task, or takes that back. Whoever ticked it first is named. @throws GantryError NOT_FOUND, CONFLICT */
  async tick(
    release: Release,
    index: number,
    { isDone, person }: { isDone: boolean; person: Person },
  ): Promise<Checklist> {
    const { name, store, record, live, now } = this.#parts
    const checklist = await this.of(release)
    const task = checklist?.tasks[index]
    if (!checklist || !task) {
      const known = checklist ? `${checklist.tasks.length} tasks in ${checklist.file}` : 'a checklist at its commit'
      throw new GantryError('NOT_FOUND', `expected a task of ${shortSha(release.id)} (${known}), got ${index}`)
    }
    const at = now().toISOString()
    const tick = isDone ? { person: person.name, personId: person.id, at } : null
    const of = { release: release.id, file: checklist.file, task: index }
    if (await store.checklists.setTick(name, of, tick)) {
      const evidence = { file: checklist.file, task: index, text: task.text, ...(task.ticked && { was: task.ticked }) }
      const action = isDone ? 'task.ticked' : 'task.unticked'
      await record({ actor: person.name, action, subject: release.id, evidence })
      live.tell({ topic: 'release', key: release.id })
    }
    return (await this.of(release)) ?? checklist
  }
}
