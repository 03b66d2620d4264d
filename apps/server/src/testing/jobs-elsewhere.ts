import type { JobState, RunState } from '@gantry/core'
import { type JobExecutor, type Machine, onThisMachine } from '@gantry/runner'

/** Jobs run on when the process that planned them stops, as those of a runner do. */
export function jobsElsewhere(
  machine: Machine,
  { leave, faults, executing }: { leave: AbortSignal; faults: string[]; executing: Map<string, Promise<JobState>> },
): JobExecutor {
  const here = onThisMachine(machine)
  const idOf = (run: RunState, job: JobState) => `${run.id} ${job.id}`
  return {
    ...here,
    async execute(planned) {
      const fault = faults.shift()
      if (fault) throw new Error(fault)
      const { run, job, changed } = planned
      const own = structuredClone(job)
      const tell = () => {
        if (leave.aborted) return
        Object.assign(job, structuredClone(own))
        changed()
      }
      const known = executing.get(idOf(run, job))
      const ended = known ?? here.execute({ ...planned, job: own, changed: tell }).then(() => own)
      executing.set(idOf(run, job), ended)
      Object.assign(job, await ended)
      changed()
    },
    goesOn: async (run, job) => executing.has(idOf(run, job)),
  }
}
