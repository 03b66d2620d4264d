import type { JobLimits } from '../limits/job-limits.ts'
import type { SandboxWalls } from '../sandbox/walls.ts'
import type { UserWish } from '../user/job-user.ts'
import type { ServerPlace } from './server-client.ts'

/** What a runner is started with. */
export interface RunnerSettings {
  server: ServerPlace
  token: string
  /** Null: those it was added with. */
  labels: string[] | null
  /** Jobs at a time. */
  jobsAtOnce: number
  /** Take one job, execute it and end. */
  isOnce: boolean
  /** How long it goes on without a server that answers; without it, for ever. */
  aloneMs?: number
  version: string
  folders: RunnerFolders
  /** Base environment of steps: PATH, HOME and the like of this machine. */
  env: Record<string, string>
  sandbox: 'auto' | 'required' | 'off'
  /** Whose the jobs of root are: `auto` an account of their own, `same` root's, else one of the machine by name. */
  user: UserWish
  /** What one job may take at most. */
  limits: JobLimits
  /** What jobs of a sandbox may see beside their own folders. */
  walls: SandboxWalls
  /** The program that jobs call by `gantry`. */
  gantryMain: string
}

export interface RunnerFolders {
  /** Every job has its folder below it. */
  work: string
  cache: string
  tools: string
  /** Output that waits for the server. */
  spool: string
  commands: string
  /** Copies of the repositories of projects, by name: the server's own where it is on this machine. */
  repositories: { of: 'server'; root: string } | { of: 'runner'; root: string }
}
