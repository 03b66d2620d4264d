import type { StepSpec } from '@gantry/workflow'
import type { JobRuntime } from '../job/job-runtime.ts'
import type { StepResult } from './step-result.ts'

/** A list of steps under way: those of a job, or those of a composite action inside one. */
export interface Frame {
  job: JobRuntime
  /** The `steps` context. */
  results: Record<string, StepResult>
  /** The `inputs` context: the run's, or the action's own. */
  inputs: Record<string, unknown>
  /** The number under which output is logged. */
  number: number
  hasFailed: boolean
  /** What `github.action` says while a step runs. */
  action?: string
  /** Background steps: aborted by a `cancel` step. */
  stopped?: AbortSignal
  /** Composite actions: their folder, the env of the step that uses them, and the abort of that step. */
  composite?: {
    actionPath: string
    steps: readonly StepSpec[]
    env: Record<string, string>
    signal: AbortSignal
    depth: number
    /** Of an action of another repository: the whole of that one. */
    repository?: string
  }
}
