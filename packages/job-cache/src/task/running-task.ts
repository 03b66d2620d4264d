import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ScriptStep } from '@gantry/core'
import type { Inputs } from '../inputs.ts'
import type { Backup } from './backup.ts'
import type { Ask } from './desk.ts'
import type { JobTasks } from './job-tasks.ts'
import { type Activity, judgeTask } from './judge-task.ts'
import { readLeft } from './left-behind.ts'
import type { Workspace } from './projects.ts'
import type { Reach } from './reach.ts'
import { ownerIn } from './seen-files.ts'
import type { AskedTask } from './task-inputs.ts'
import type { RememberedTask } from './task-store.ts'
import type { Listing } from './tree.ts'
import type { View } from './view/view.ts'
import type { Viewer } from './view/viewer.ts'

export interface Task extends AskedTask {
  ask: Ask
  /** As people say it: `lint of @x/a`. */
  title: string
  package: string
  activity: Activity
}

/** A task that runs, with all that is needed to say afterwards what it did. */
export interface Running extends Task {
  inputs: Inputs
  workspace: Workspace
  reach: Reach
  /** What was in its sight. */
  before: Listing
  besideBefore: string
  commandsBefore: string
  /** When it runs with less in sight. */
  view?: { viewer: Viewer; view: View; backup: Backup }
  /** What it means when it succeeds without a view. */
  onSuccess: 'keep' | 'never'
}

/** All that a script left behind. @throws Error with the reason why it cannot be kept */
export function leftBy(running: Running, after: Listing, step: ScriptStep, tasks: JobTasks): RememberedTask {
  const { ask, workspace, reach, dir, activity, before } = running
  const { tree, files, activities, folders } = tasks
  const judgement = judgeTask({
    ...{ own: activity, before, after, activities },
    ownerOf: path => ownerIn(workspace, path),
    isTracked: path => files.has(path),
    isRead: (path, owner) => owner === '.' || reach.kind !== 'tree' || reach.dirs.has(owner) || files.has(path),
  })
  if (judgement.kind === 'unfit') throw new Error(judgement.reason)
  const stdout = readFileSync(join(ask.folder, 'stdout'))
  const stderr = ask.isBoth ? Buffer.alloc(0) : readFileSync(join(ask.folder, 'stderr'))
  const summary = readFileSync(join(ask.folder, 'summary'))
  const below = (path: string): string => (dir === '.' ? path : path.slice(dir.length + 1))
  const listed = new Map([...after].filter(([path]) => ownedBy(dir, path)).map(([path, id]) => [below(path), id]))
  const left = readLeft(join(tree.root, dir), folders.root, judgement.wrote.map(below), listed)
  const written = [stdout, stderr, summary, ...left.map(each => (each.kind === 'file' ? each.bytes : Buffer.alloc(0)))]
  if (written.some(bytes => holdsSecret(bytes.toString('utf8'), step))) throw new Error('it wrote a secret')
  const rememberedAt = tasks.now().toISOString()
  const gone = judgement.gone.map(below)
  return { rememberedAt, root: folders.root, stdout, stderr, summary, left, gone }
}

const holdsSecret = (text: string, step: ScriptStep): boolean => text.includes('::add-mask::') || step.holdsSecret(text)

const ownedBy = (dir: string, path: string): boolean => dir === '.' || path.startsWith(`${dir}/`)
