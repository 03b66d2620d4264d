import type { JobState, JobValues, RunState } from '@gantry/core'
import type { JobSpec, Workflow } from '@gantry/workflow'
import type { MissingAction } from '../actions/remote/missing-action.ts'
import type { Called } from '../call/provide-called.ts'

/** A job that may start now: its needs are met, its `if` is true, it is approved and has its concurrency groups. */
export interface PlannedJob {
  /** The file it is in: of a called workflow, that one. */
  workflow: Workflow
  /** Its inputs are those of the file. */
  run: RunState
  spec: JobSpec
  /** Changed in place while it is executed. */
  job: JobState
  needs: Record<string, unknown>
  strategy: Record<string, unknown>
  /** The secrets and variables it may see. Asked for when it starts. */
  values(): Promise<JobValues>
  /** Aborted when it is to end the way GitHub ends cancelled jobs. */
  cancel: AbortController
  /** Called after each change of `job`. */
  changed(): void
}

/** What a run may call on before it starts. */
export interface ProvidedRun {
  /** With actions that cannot be had noted at their steps. */
  workflow: Workflow
  called: Called
  missing: MissingAction[]
}

/**
 * Executes jobs: in this process, or by runners elsewhere. Which job may start when, and what becomes of a run, is decided by
 * whoever calls it.
 */
export interface JobExecutor {
  provide(workflow: Workflow, run: RunState): Promise<ProvidedRun>
  /** Why a label cannot be had; nothing when it can, or when a machine that has it may still come. */
  unfit?(label: string): string | undefined
  /** Executes one job until it is completed. */
  execute(planned: PlannedJob): Promise<void>
  /**
   * Whether a job that was under way when the process that planned it ended goes on elsewhere, or ended there meanwhile: then
   * `execute` joins it instead of starting it anew.
   */
  goesOn?(run: RunState, job: JobState): Promise<boolean>
}
