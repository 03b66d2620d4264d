import { unfitMachine } from '@gantry/workflow'
import { provideCalled } from '../call/provide-called.ts'
import type { JobExecutor } from './job-executor.ts'
import type { Machine } from './machine.ts'
import { restoreOrRun } from './restore-job.ts'
import { withActions } from './with-actions.ts'

/** Executes jobs in this process. */
export function onThisMachine(machine: Machine): JobExecutor {
  return {
    async provide(workflow, run) {
      const called = await provideCalled(workflow, run, machine)
      return withActions(workflow, called, machine)
    },
    unfit: unfitMachine,
    execute: ({ values, ...planned }) => restoreOrRun({ ...planned, machine: { ...machine, valuesFor: values } }),
  }
}
