import type { LogLine, RunState } from './run.ts'

/** Where runs are kept. Everything answered is plain data; nothing is shared with the store. */
export interface RunStore {
  /** The next number of that workflow file, from 1. */
  nextNumber(project: string, workflowPath: string): Promise<number>
  /** Inserts or replaces. */
  save(project: string, run: RunState): Promise<void>
  get(project: string, id: string): Promise<RunState | null>
  /** Newest first. */
  list(project: string, filter: RunFilter): Promise<RunState[]>
  /** Runs to take up again after a start: queued, waiting or in progress. */
  unfinished(project: string): Promise<RunState[]>
  /** A line with a known `seq` of the same job and attempt is ignored. */
  appendLog(runId: string, jobId: string, lines: LogLine[]): Promise<void>
  /** Ordered by `seq`, those above `after`. */
  log(runId: string, jobId: string, page: { after: number; limit: number }): Promise<LogLine[]>
  /** Forgets the output of a job before it starts anew. */
  clearLog(runId: string, jobId: string): Promise<void>
}

export interface RunFilter {
  workflowPath?: string
  sha?: string
  ref?: string
  limit?: number
}
