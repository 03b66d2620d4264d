/** Where something stands in its file; both count from 1. */
export interface Position {
  line: number
  column: number
}

export interface Finding extends Position {
  message: string
}

/** YAML as written: strings may hold `${{ … }}`. */
export type Templated = string | number | boolean | null | Templated[] | { [key: string]: Templated }

/** One workflow file, checked. Plain data: everything `${{ … }}` is still text. */
export interface Workflow {
  path: string
  name: string
  runName?: string
  on: Trigger[]
  env: Templated
  defaults: RunDefaults
  concurrency?: Concurrency
  permissions?: Templated
  jobs: JobSpec[]
}

export interface Trigger {
  event: string
  at: Position
  types?: string[]
  branches?: string[]
  branchesIgnore?: string[]
  tags?: string[]
  tagsIgnore?: string[]
  paths?: string[]
  pathsIgnore?: string[]
  /** `workflow_run`: names of the workflows it follows. */
  workflows?: string[]
  /** `image_version`: patterns for the name of the image and for its version. */
  names?: string[]
  versions?: string[]
  schedules?: { cron: string; timezone?: string }[]
  inputs?: Record<string, InputSpec>
  outputs?: Record<string, string>
  /** What a workflow that is called wants to be given. */
  secrets?: Record<string, { required: boolean }>
}

export interface InputSpec {
  type: 'string' | 'boolean' | 'number' | 'choice' | 'environment'
  required: boolean
  default?: string | number | boolean
  options?: string[]
  description?: string
}

export interface RunDefaults {
  shell?: string
  workingDirectory?: string
}

export interface Concurrency {
  group: string
  cancelInProgress: string | boolean
  /** `max`: up to a hundred wait; else a newer one takes the place of the one that waits. */
  queue?: 'single' | 'max'
}

export interface JobSpec {
  key: string
  at: Position
  name?: string
  needs: string[]
  /** Labels of the machine it asks for, as written. */
  runsOn?: string[]
  if?: string
  environment?: { name: string; url?: string }
  concurrency?: Concurrency
  permissions?: Templated
  env: Templated
  defaults: RunDefaults
  outputs: Record<string, string>
  strategy?: Strategy
  timeoutMinutes?: string | number
  /** How long it may take to end once it is cancelled. */
  cancelTimeoutMinutes?: string | number
  continueOnError?: string | boolean
  steps: StepSpec[]
  /** Where it cannot begin on this machine: it fails with this reason, and the others run. */
  cannotRun?: string
  /** Instead of steps: the jobs of another workflow. */
  call?: Call
}

/** `uses:` of a job: a workflow of the same commit, and what it is given. */
export interface Call {
  /** From the root of the repository: `.github/workflows/deploy.yml`. */
  path: string
  at: Position
  inputs: Given[]
  secrets: Given[] | 'inherit'
}

export interface Given {
  name: string
  value: Templated
  at: Position
}

export interface Strategy {
  /** A mapping of vectors with `include` and `exclude`, or one expression that yields it. */
  matrix?: Templated
  /** Where the matrix stands. */
  at?: Position
  failFast: string | boolean
  maxParallel?: string | number
}

export interface StepSpec {
  at: Position
  id?: string
  name?: string
  if?: string
  run?: string
  uses?: string
  with: Record<string, string>
  env: Templated
  shell?: string
  workingDirectory?: string
  timeoutMinutes?: string | number
  continueOnError?: string | boolean
  /** It begins, and the next step does not wait for it. */
  background?: boolean
  /** Instead of work of its own: waits for background steps, or ends them. Places in the list of steps, from 0. */
  control?: { kind: 'wait' | 'cancel'; steps: number[] }
  /** Set before a run where its action cannot be had: without a report the job goes on, without anything else it fails here. */
  missing?: { reason: string; isReport: boolean }
}
