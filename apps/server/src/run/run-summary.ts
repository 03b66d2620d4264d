import { branchOf, type JobState, type RunState, type StepState } from '@gantry/core'
import type { RunSummary } from '@gantry/core/api'
import { failedJobs, failureSentence } from '@gantry/core/words'

/** The first failing step that counts, in words, `test (front-end) › vitest`; null when nothing failed. */
export function failedAt(run: RunState): string | null {
  const failure = firstFailure(run)
  return failure && placeOf(failure)
}

export function summaryOf(run: RunState): RunSummary {
  const { eventPayload: _payload, inputs: _inputs, jobs, ...rest } = run
  const failure = firstFailure(run)
  return {
    ...rest,
    jobs: jobs.map(({ id, key, name, needs, status, conclusion, isTolerated, startedAt, completedAt }) => ({
      id,
      key,
      name,
      needs,
      status,
      ...(conclusion && { conclusion }),
      ...(isTolerated && { isTolerated }),
      ...(startedAt && { startedAt }),
      ...(completedAt && { completedAt }),
    })),
    failedAt: failure && placeOf(failure),
    failure: failure && failureSentence(failure.job, failure.step),
    branch: branchOf(run),
  }
}

interface Failure {
  job: JobState
  step: StepState | null
}

function firstFailure({ jobs }: RunState): Failure | null {
  const [job] = failedJobs(jobs)
  return job ? { job, step: job.steps.find(({ conclusion }) => conclusion === 'failure') ?? null } : null
}

const placeOf = ({ job, step }: Failure): string => (step ? `${job.name} › ${step.name}` : job.name)
