import type { RunState } from '@gantry/core'
import type { RunSummary } from '@gantry/core/api'

/** The first failing step that counts, in words, `test (front-end) › vitest`; null when nothing failed. */
export function failedAt(run: RunState): string | null {
  const failed = run.jobs.filter(({ conclusion, isTolerated }) => conclusion === 'failure' && !isTolerated)
  const job = failed.find(({ key }) => key !== 'gate') ?? failed[0]
  if (!job) return null
  const step = job.steps.find(({ conclusion }) => conclusion === 'failure')
  return step ? `${job.name} › ${step.name}` : job.name
}

export function summaryOf(run: RunState): RunSummary {
  const { eventPayload: _payload, inputs: _inputs, jobs, ...rest } = run
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
    failedAt: failedAt(run),
  }
}
