import type { StepState } from '@gantry/core'
import type { Scope, StepSpec } from '@gantry/workflow'
import type { CommandFiles } from './command-files.ts'
import type { Frame } from './frame.ts'

/** A step on its way: what its expressions see, its environment, its command files. */
export interface StepInProgress {
  scope: Scope
  env: Record<string, string>
  files: CommandFiles
  /** Runs a step of a composite action in this one. */
  runInside(frame: Frame, spec: StepSpec, state: StepState): Promise<void>
}
