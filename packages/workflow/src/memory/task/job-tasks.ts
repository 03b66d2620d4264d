import { existsSync, realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { JobFolders } from '../../job/job-folders.ts'
import type { Activity } from './judge-task.ts'
import type { TaskMemory } from './task-memory.ts'
import { Tree } from './tree.ts'

/** What the memory of jobs hands to a job it could not restore, for its scripts. */
export interface TaskFacts {
  memory: TaskMemory
  /** Every file the checkout gets; others are made by scripts. */
  files: ReadonlyMap<string, string>
  /** The part about the commit, branch and event, where those decide. */
  about: string | undefined
  /** Told when a script was restored, and when it had run: what is made of it is as old. */
  restoredOf(rememberedAt: string): void
}

/** What the steps of one job share about scripts. */
export interface JobTasks extends TaskFacts {
  /** The checkout, by its real name. */
  tree: Tree
  /** Folders of the job beside the checkout that scripts may read, each with its name. */
  beside: readonly (readonly [name: string, tree: Tree])[]
  activities: Activity[]
}

export function jobTasks(facts: TaskFacts, folders: JobFolders): JobTasks {
  const tree = (...path: string[]): Tree => new Tree(join(realpathSync(folders.root), ...path), folders.root)
  const below = (folder: string): string => relative(folders.root, folder)
  const npm = below(folders.npmPrefix)
  const beside = [
    ['temp', tree(below(folders.temp))] as const,
    // Programs that a step installed for itself, by npm install --global.
    ['bin', tree(npm, 'bin')] as const,
    ['global', tree(npm, 'lib/node_modules')] as const,
  ]
  return { ...facts, tree: tree(below(folders.workspace)), beside, activities: [] }
}

/**
 * What lies outside of the files of the checkout and may be read all the same, with what is in it.
 * @param generated folders among the installed packages
 */
export function besideOf({ beside, tree }: JobTasks, generated: readonly string[]): string[] {
  const there = beside.filter(([, { root }]) => existsSync(root))
  const listed = [
    ...there.map(([name, each]) => [name, each.list('.', new Set())] as const),
    ...generated.map(folder => [folder, tree.list(folder, new Set())] as const),
  ]
  return listed.flatMap(([name, files]) => [...files].map(([path, id]) => `${name} ${path} ${id}`))
}
