import type { RunState } from './run.ts'

/** The newest run of a workflow file, named as people name it: `ci.yml`. */
export const newestRun = (runs: readonly RunState[], workflow: string): RunState | undefined =>
  runs
    .filter(({ workflowPath }) => workflowPath === workflow || workflowPath.endsWith(`/${workflow}`))
    .toSorted((a, b) => (a.createdAt === b.createdAt ? b.number - a.number : a.createdAt < b.createdAt ? 1 : -1))[0]
