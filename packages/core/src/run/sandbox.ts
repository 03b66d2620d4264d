/** Shuts in what others wrote, jobs above all: they see neither Gantry's own folder nor its processes, and what they start ends with them. */
export interface Sandbox {
  /** How it is done, for people. */
  kind: string
  /** What is not there for jobs. */
  hidden: readonly string[]
  /** Below `hidden`, what jobs may read all the same. */
  shown: readonly string[]
  /** Whose the processes of jobs are, when they are not of the account that opens it. */
  user?: SandboxUser
  /** Puts up the walls of one job. */
  open(job: SandboxedJob): Promise<Cell>
}

export interface SandboxUser {
  /** Of the job that has this folder as its `root`. */
  of(root: string): JobUser
  /** Whether it is the same for all jobs of a project, so that they may share what they fetched. */
  isShared: boolean
}

/** An account that owns what is its job's, and nothing else. */
export interface JobUser {
  uid: number
  gid: number
}

/** Folders of a job: `root` it may read, `own` below it are its to change. */
export interface SandboxedJob {
  root: string
  own: readonly string[]
}

export interface Cell {
  /** The call that carries this one out inside. */
  inside(call: Command): Command
  /** Ends whatever still runs inside, wherever it moved itself. */
  close(): Promise<void>
}

export interface Command {
  command: string
  args: string[]
  cwd: string
  env: Record<string, string>
}
