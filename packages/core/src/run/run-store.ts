import type { LogLine, RunChoices, RunState, RunStateName } from './run.ts'

/** Where runs are kept. Everything answered is plain data; nothing is shared with the store. */
export interface RunStore {
  /** The next number of that workflow file, from 1. */
  nextNumber(project: string, workflowPath: string): Promise<number>
  /** Inserts or replaces. */
  save(project: string, run: RunState): Promise<void>
  get(project: string, id: string): Promise<RunState | null>
  /** Newest first, at most `limit` (100 when left out) of those behind the run `before`. */
  list(project: string, filter: RunFilter & RunPage): Promise<RunState[]>
  /** How many match, and how many of those are newer than what a page begins with. */
  count(project: string, filter: RunFilter & Pick<RunPage, 'before'>): Promise<{ total: number; newer: number }>
  /** What there is to narrow a list by, each newest first. */
  choices(project: string): Promise<RunChoices>
  /** Who pushed any of these commits, on whatever branch: the actors of the runs that pushes started. */
  pushers(project: string, shas: string[]): Promise<string[]>
  /** Runs to take up again after a start: queued, waiting or in progress. */
  unfinished(project: string): Promise<RunState[]>
  /** A line with a known `seq` of the same job and attempt is ignored. */
  appendLog(project: string, runId: string, jobId: string, lines: LogLine[]): Promise<void>
  /** Ordered by `seq`, those above `after`. */
  log(project: string, runId: string, jobId: string, page: { after: number; limit: number }): Promise<LogLine[]>
  /** The number of the last line of a job; 0 while it has said nothing. */
  lastLine(project: string, runId: string, jobId: string): Promise<number>
  /** Forgets the output of a job before it starts anew. */
  clearLog(project: string, runId: string, jobId: string): Promise<void>
}

export interface RunFilter {
  workflowPath?: string
  number?: number
  /** The commit, or the beginning of its name. */
  sha?: string
  ref?: string
  /** The branch that was pushed, of a pull request too. */
  branch?: string
  event?: string
  /** Name, or a part of it, of who wrote the commit or caused the run. */
  author?: string
  /** How it stands, or how it ended. */
  state?: RunStateName
}

export interface RunPage {
  /** Id of a run: only those older than it. */
  before?: string
  limit?: number
}
