import type { RunEvent, RunState } from '@gantry/core'

/** Shows a run while it works, one file a way of showing. */
export interface Progress {
  hear(event: RunEvent): void
  /** A person is asked something: leave the terminal alone until the answer is there. */
  pause(): void
  resume(): void
  /** Nothing more will be heard. */
  end(run: RunState): void
}

/** The run after an event that carries the whole new state of a part. */
export function afterEvent(run: RunState, event: RunEvent): RunState {
  if (event.kind === 'run') return event.run
  if (event.kind === 'log') return run
  const isKnown = run.jobs.some(({ id }) => id === event.job.id)
  const jobs = run.jobs.map(job => (job.id === event.job.id ? event.job : job))
  return { ...run, jobs: isKnown ? jobs : [...jobs, event.job] }
}
