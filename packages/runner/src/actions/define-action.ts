import type { RunState } from '@gantry/core'
import type { JobFolders } from '../job/job-folders.ts'
import type { ProblemMatcher } from '../output/matcher/problem-matcher.ts'
import type { Machine } from '../run/machine.ts'
import type { Sight } from '../sandbox/sight.ts'

/** An action of GitHub's that Gantry carries out itself, without network and token. */
export interface BuiltInAction {
  /** As in `uses:`, without the version. */
  uses: string
  /** Inputs it understands with their defaults; others get a warning. */
  inputs: Record<string, string>
  /** Inputs it accepts and need not heed here. */
  ignored?: readonly string[]
  /** Throws an `Error` that says what was expected and what came; the step then fails with it. */
  run(call: ActionCall): Promise<void>
}

/** What an action gets from the step that uses it. */
export interface ActionCall {
  /** What stands behind `@` in `uses:`: a version, a branch or a commit. */
  ref: string
  /** The input as text, its default when it is left out. */
  input(name: string): string
  /** The input, split at newlines, without empty lines; `~` is the home folder of the step. */
  list(name: string): string[]
  isOn(name: string): boolean
  run: RunState
  /** Attempt of the job, above 1 after a crash or a re-run. */
  attempt: number
  workspace: string
  temp: string
  /** The folders of the job: what an action installs goes below them, and is gone with the job. */
  folders: JobFolders
  /** What the job may have Gantry read and write for it. */
  sight: Sight
  /** Whether the job's processes run in a sandbox. */
  isShutIn: boolean
  machine: Machine
  /** Environment of the step's processes. */
  env: Record<string, string>
  signal: AbortSignal
  log(line: string): void
  notice(message: string): void
  warning(message: string): void
  addMatchers(matchers: readonly ProblemMatcher[]): void
  setOutput(name: string, value: string): void
  addPath(folder: string): void
  /** Whether the job itself put this folder on PATH, or it is the one `npm install --global` fills. */
  isFromJob(folder: string): boolean
  /** Whether the script of a step before this one speaks of a program, and so may bring it where there is none. */
  isScriptedBefore(program: string): boolean
  setEnv(name: string, value: string): void
  /** The token of the run for GitHub's API; empty when nobody gave one. */
  token: string
  /** Fails the step without another line: what went wrong has been said. */
  fail(reason: string): void
  /** Runs a program, its output in the log; answers with its exit code. */
  exec(command: string, args: string[], options?: { cwd?: string; env?: Record<string, string> }): Promise<number>
  /** What a program says on its standard output, run as the job's own. @throws when it fails */
  ask(command: string, args: string[]): Promise<string>
  /**
   * Has a folder filled and puts what is in it at `dest`, with the rights of the job. What the job has put there meanwhile, a link
   * perhaps, leads nobody else's rights astray.
   */
  deliver(dest: string, fill: (folder: string) => Promise<unknown>): Promise<void>
  /** Done when the job is over and has succeeded, last registered first. */
  afterJob(task: (call: ActionCall) => Promise<void>): void
}

export function defineAction(action: BuiltInAction): BuiltInAction {
  return action
}
