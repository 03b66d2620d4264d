import type { RunState } from '@gantry/core'
import type { Workflow } from '@gantry/workflow'
import { provideCalled } from '../call/provide-called.ts'
import type { JobExecutor } from './job-executor.ts'
import type { Machine } from './machine.ts'

/** For runs whose jobs are executed elsewhere: the workflows they call. Actions are provided where the jobs are. */
export function provideRun(machine: Pick<Machine, 'source' | 'workDir'>): JobExecutor['provide'] {
  return async (workflow: Workflow, run: RunState) => ({
    workflow: structuredClone(workflow),
    called: await provideCalled(workflow, run, machine),
    missing: [],
  })
}
