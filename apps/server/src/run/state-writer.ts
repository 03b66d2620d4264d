import type { RunEvent, RunState, RunStore } from '@gantry/core'
import type { ProjectLive } from '../live/project-live.ts'

/**
 * Writes what a runner reports: states are coalesced (the newest wins), lines keep their order.
 * `flush` answers when everything reported so far is durable, and throws what a write threw.
 */
export interface StateWriter {
  /** Answers when lines are stored; states are stored some time later. */
  hear(event: RunEvent): void | Promise<void>
  flush(): Promise<void>
  readonly latest: RunState
}

export function createStateWriter(project: string, first: RunState, runs: RunStore, live: ProjectLive): StateWriter {
  let latest = first
  let isStale = false
  let failure: unknown = null
  let tail: Promise<void> = Promise.resolve()
  const then = (work: () => Promise<void>): Promise<void> => {
    tail = tail.then(work).catch(cause => {
      failure ??= cause
    })
    return tail
  }
  const saveSoon = () => {
    if (isStale) return
    isStale = true
    then(async () => {
      isStale = false
      await runs.save(project, latest)
      live.tell({ topic: 'run', key: latest.id })
    })
  }
  return {
    hear(event) {
      if (event.kind === 'log') {
        const stored = then(() => runs.appendLog(project, event.runId, event.jobId, event.lines))
        live.tell({ topic: 'run-log', key: event.runId, part: event.jobId, lines: event.lines })
        return stored
      }
      latest = event.kind === 'run' ? event.run : withJob(latest, event.job)
      saveSoon()
    },
    async flush() {
      await tail
      if (failure) throw failure
    },
    get latest() {
      return latest
    },
  }
}

function withJob(run: RunState, job: RunState['jobs'][number]): RunState {
  const known = run.jobs.some(({ id }) => id === job.id)
  return { ...run, jobs: known ? run.jobs.map(old => (old.id === job.id ? job : old)) : [...run.jobs, job] }
}
