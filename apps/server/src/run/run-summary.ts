import type { RunState } from '@gantry/core'
import type { RunSummary } from '@gantry/core/api'

/** The first failing step in words, `test (front-end) › vitest`; null when nothing failed. */
export function failedAt(run: RunState): string | null {
  const job =
    run.jobs.find(({ conclusion, key }) => conclusion === 'failure' && key !== 'gate') ??
    run.jobs.find(({ conclusion }) => conclusion === 'failure')
  if (!job) return null
  const step = job.steps.find(({ conclusion }) => conclusion === 'failure')
  return step ? `${job.name} › ${step.name}` : job.name
}

export function summaryOf(run: RunState): RunSummary {
  const { eventPayload: _payload, inputs: _inputs, jobs, ...rest } = run
  return {
    ...rest,
    jobs: jobs.map(({ id, key, name, needs, status, conclusion, startedAt, completedAt }) => ({
      id,
      key,
      name,
      needs,
      status,
      ...(conclusion && { conclusion }),
      ...(startedAt && { startedAt }),
      ...(completedAt && { completedAt }),
    })),
    failedAt: failedAt(run),
  }
}
