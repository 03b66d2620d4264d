import type { Annotation, LogLine, StepState } from './run.ts'

/** What decides how a job ends, beside the files of its checkout, which the cache knows of by itself. */
export interface JobFacts {
  /** The same job in every run: file and id. */
  job: string
  definition: unknown
  matrix: unknown
  needs: unknown
  inputs: unknown
  /** Secrets and variables, and what the machine sets for the job. */
  settings: unknown
  env: Readonly<Record<string, string>>
  /** Commit, branch, event and who caused it. */
  about: unknown
}

/** Everything a job that succeeded left behind. */
export interface FinishedJob {
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

export type JobAnswer =
  | { kind: 'hit'; reason: string; job: FinishedJob }
  | {
      kind: 'miss'
      reason: string
      scripts: ScriptShells
      /** Keeps a job that succeeded, unless its files changed meanwhile. Artifacts are copied from `artifactsDir`. */
      keep(job: FinishedJob): Promise<void>
    }

/** Jobs that succeeded before, so that the same need not be done twice. */
export interface JobCache {
  recall(facts: JobFacts): Promise<JobAnswer>
}

/** What runs the scripts of packages in the steps of one job, in place of a shell. */
export interface ScriptShells {
  /** For one step, before it starts a process. Nothing where its scripts are run as they always are. */
  open(step: ScriptStep): Promise<ScriptShell | undefined>
}

export interface ScriptShell {
  /** Variables by which a package manager runs scripts by way of it. */
  env: Readonly<Record<string, string>>
  /** The step is over: keeps what may be kept. */
  end(): Promise<void>
}

/** A step that is about to start a process. */
export interface ScriptStep {
  jobId: string
  /** Its number in the job, from 1. */
  number: number
  /** All steps of the job as they are written, and how those that ended did. */
  steps: readonly WrittenStep[]
  outcomes: readonly (string | undefined)[]
  folders: ScriptFolders
  env: Readonly<Record<string, string>>
  /** Files by which scripts speak to the step, but for its summary. */
  commandFiles: readonly string[]
  /** `NAME=value`: in the environment of every process of the job. */
  mark: string
  /** One line for the log of the step. */
  say(line: string): void
  holdsSecret(text: string): boolean
  told(task: RecalledTask): void
}

export interface WrittenStep {
  uses?: string
  run?: string
  with: Readonly<Record<string, string>>
}

/** The folders of a job. All of them are new in every run. */
export interface ScriptFolders {
  root: string
  workspace: string
  temp: string
  /** Where files of the step may lie that nobody reads. */
  files: string
  npmPrefix: string
  home: string
  bin: string
  /** Beside `root`: programs that the machine adds. */
  extraPath: readonly string[]
}

/** A script of a package, and whether it was restored. */
export interface RecalledTask {
  /** Number of the step in the job. */
  step: number
  /** Name of the script. */
  task: string
  package: string
  isHit: boolean
  reason: string
}
