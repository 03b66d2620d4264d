import type { RunFact } from './run-fact.ts'

/** Where the facts of finished runs are kept, longer than the runs themselves. */
export interface MetricsStore {
  /** The same source, id and attempt again replaces what was known; jobs that are not told of again stay. */
  record(project: string, facts: readonly RunFact[]): Promise<void>
  /** Jobs told of apart from their run, before or after it. What is known of the run by them alone never shows. */
  addJobs(project: string, partial: RunFact): Promise<void>
  /** Whole runs completed since then, oldest first. */
  since(project: string, at: string): Promise<RunFact[]>
}
