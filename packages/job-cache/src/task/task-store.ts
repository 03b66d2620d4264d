import type { Inputs, Miss } from '../inputs.ts'

/** What a script left behind in the folder of its package. Paths are below that folder. */
export type Left =
  | { path: string; kind: 'file'; mode: number; bytes: Buffer }
  | { path: string; kind: 'link'; target: string }
  | { path: string; kind: 'folder' }

/** A script of a package that succeeded. */
export interface RememberedTask {
  rememberedAt: string
  /** The folder of the job it ran in: where files or output speak of it, they come to speak of the new one. */
  root: string
  stdout: Buffer
  /** Empty when both were one. */
  stderr: Buffer
  /** What it wrote into GITHUB_STEP_SUMMARY. */
  summary: Buffer
  left: Left[]
  gone: string[]
}

export type TaskRecollection = { kind: 'hit'; task: RememberedTask } | Miss

/** A task that was put down but may yet turn out not to be fit to be remembered. */
export interface Draft {
  keep(): Promise<void>
  drop(): Promise<void>
}

/** Scripts of packages that succeeded before. `inputs.job` is the task: the same in every run. */
export interface TaskStore {
  recall(inputs: Inputs, ownerOf: (path: string) => string | undefined): Promise<TaskRecollection>
  draft(inputs: Inputs, task: RememberedTask): Promise<Draft>
}
