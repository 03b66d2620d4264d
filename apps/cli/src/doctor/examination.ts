import type { Runbook } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import type { RepositoryFiles } from '@gantry/init'
import type { Workflow } from '@gantry/workflow'
import type { GitHub } from '../github/github.ts'

/** One thing that is wrong, and what to do about it. An `error` keeps something from working; a `warning` will. */
export interface Problem {
  severity: 'error' | 'warning'
  message: string
  fix: string
  path?: string
  line?: number
}

/** What all examinations look at, read once. */
export interface Examined {
  top: string
  /** Whether git keeps it: what asks git is left out where it does not. */
  isGit: boolean
  files: RepositoryFiles
  /** Null without a config that can be read; why stands in `configProblem`. */
  config: Config | null
  configProblem: Problem | null
  workflows: readonly Workflow[]
  /** Workflow files that cannot be read, or not be run here. */
  workflowProblems: readonly Problem[]
  runbooks: readonly Runbook[]
  runbookProblems: readonly Problem[]
  nodeVersion: string
  /** Null unless GitHub was to be asked. */
  github: GitHub | null
  /** The variables that hold the vendors' tokens; null unless vendors were to be asked. */
  vendorEnv: Readonly<Record<string, string | undefined>> | null
}

/** One area that can be sick. One file and one line in the registry each. */
export interface Examination {
  /** As it stands in the output, e.g. `workflows`. */
  name: string
  /** Left out of a call that did not ask for it. */
  asks?: 'github' | 'vendors'
  examine(examined: Examined): Problem[] | Promise<Problem[]>
}

export const defineExamination = (examination: Examination): Examination => examination
