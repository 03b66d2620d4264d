import { GantryError, type JobState, type RunState } from '@gantry/core'

/** A run whose file cannot be read: red, with the line to mend. */
export const refusedRun = (run: RunState, error: GantryError, now: string): RunState =>
  failed(run, 'read the workflow file', error, now)

/** A run that something of ours broke: what it was doing is cancelled, and it says that it was not the commit's fault. */
export function brokenRun(run: RunState, now: string): RunState {
  const error = new GantryError('INTERNAL', 'this run could not be carried out; run it again')
  return failed({ ...run, jobs: cancelledJobs(run.jobs, now) }, 'carry out the run', error, now)
}

/** `because` is noted beside every job that did not come to its end. */
export function cancelledRun(run: RunState, now: string, because?: string): RunState {
  const jobs = cancelledJobs(run.jobs, now).map(job =>
    job.conclusion === 'cancelled' && because ? withNote(job, `cancelled: ${because}`) : job,
  )
  return { ...run, status: 'completed', conclusion: 'cancelled', completedAt: run.completedAt ?? now, jobs }
}

const cancelledJobs = (jobs: JobState[], now: string): JobState[] =>
  jobs.map(job =>
    job.status === 'completed' ? job : { ...job, status: 'completed', conclusion: 'cancelled', completedAt: now },
  )

const withNote = (job: JobState, message: string): JobState => ({
  ...job,
  annotations: [...job.annotations, { level: 'notice', message }],
})

function failed(run: RunState, name: string, error: GantryError, now: string): RunState {
  const job: JobState = {
    id: name,
    key: name.split(' ')[0] ?? name,
    name,
    needs: [],
    status: 'completed',
    conclusion: 'failure',
    createdAt: now,
    startedAt: now,
    completedAt: now,
    steps: [],
    outputs: {},
    annotations: [
      { level: 'failure', title: error.code, message: `${error.message}\n${error.hint}`, file: run.workflowPath },
    ],
    attempt: 1,
  }
  const startedAt = run.startedAt ?? now
  return {
    ...run,
    status: 'completed',
    conclusion: 'failure',
    startedAt,
    completedAt: now,
    jobs: [...run.jobs.filter(({ id }) => id !== name), job],
  }
}
