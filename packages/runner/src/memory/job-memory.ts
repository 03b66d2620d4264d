import type { Annotation, LogLine, StepState } from '@gantry/core'
import type { TaskMemory } from './task/task-memory.ts'

/** What decides how a job ends, part by part. Two jobs with equal parts do the same. */
export interface JobInputs {
  /** The same job in every run: file and id. */
  job: string
  /** Name of a part, as people say it, and a hash of what is in it. */
  parts: Record<string, string>
  /** Every file of the checkout with the id of its content: to say which changed. */
  files: ReadonlyMap<string, string>
}

/** Everything a job that succeeded left behind. */
export interface RememberedJob {
  rememberedAt: string
  steps: StepState[]
  outputs: Record<string, string>
  annotations: Annotation[]
  summary?: string
  environmentUrl?: string
  lines: LogLine[]
  /** Names; the files lie in `artifactsDir`. */
  artifacts: string[]
  artifactsDir: string
}

export type Recollection = { kind: 'hit'; job: RememberedJob } | { kind: 'miss'; reason: string }

/** Jobs that succeeded before, so that the same need not be done twice. */
export interface JobMemory {
  recall(inputs: JobInputs): Promise<Recollection>
  /** Of jobs that succeeded only. Artifacts are copied from `artifactsDir`. */
  keep(inputs: JobInputs, job: RememberedJob): Promise<void>
  /** What is remembered of the scripts that jobs run. */
  tasks: TaskMemory
}
