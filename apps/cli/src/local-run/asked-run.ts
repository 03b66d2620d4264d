import type { JobState, JobValues } from '@gantry/core'
import type { contentsOf } from '@gantry/runner/contents'
import type { Approval } from '@gantry/runner/local'
import type { Workflow } from '@gantry/workflow'
import type { LocalEvent } from './event.ts'
import type { GitFacts } from './git-facts.ts'
import type { Part } from './part.ts'
import type { Progress } from './progress.ts'

export interface LocalRun extends Part {
  workflow: Workflow
  event: LocalEvent
  git: GitFacts
  /** What lies in the working tree, when somebody has asked already. */
  contents?: ReturnType<typeof contentsOf>
  inputs: Record<string, string>
  /** `secrets.*` and `vars.*`, of the repository and of an environment. */
  values(environment: string | null): JobValues
  /** Handed to every step besides what the machine itself passes on. */
  stepEnv: Record<string, string>
  /** The same, and masked in everything printed. */
  stepSecrets: Record<string, string>
  keep: boolean
  /** What to type to go on after a failure. */
  again: string
  /** Restore jobs that succeeded before with the same inputs, instead of running them. */
  withCache: boolean
  /** Open a shell where a step fails. */
  withShell: boolean
  /** Say of the workflow, each job and each step why it runs or does not; `null` for the workflow without an event filter. */
  why: { workflow: string } | null
  approve(job: JobState, progress: Progress): Promise<Approval>
}
