import type { Conclusion, JobState, RunState } from '@gantry/core'
import type { StatusFunction } from '../expression/expression.ts'
import type { JobSpec, Workflow } from '../file/workflow.ts'

/** Tells whether a job's failure is let pass by `continue-on-error`. */
export type Tolerated = (job: JobState) => boolean

export function jobsOf(run: RunState, key: string): JobState[] {
  return run.jobs.filter(job => job.key === key)
}

/** How all legs of a job ended together; nothing while one is still to come. */
export function resultOf(run: RunState, key: string, isTolerated: Tolerated): Conclusion | undefined {
  const jobs = jobsOf(run, key)
  if (jobs.length === 0 || jobs.some(job => job.status !== 'completed')) return undefined
  const conclusions = jobs.map(job => (job.conclusion === 'failure' && isTolerated(job) ? 'success' : job.conclusion))
  return (['failure', 'cancelled', 'success', 'skipped'] as const).find(known => conclusions.includes(known))
}

/** `needs`: result and outputs of the jobs this one waits for. Of legs that set the same output, the last one wins. */
export function needsContext(spec: JobSpec, run: RunState, isTolerated: Tolerated): Record<string, unknown> {
  return Object.fromEntries(
    spec.needs.map(key => {
      const jobs = jobsOf(run, key).toSorted((a, b) => (a.completedAt ?? '').localeCompare(b.completedAt ?? ''))
      return [
        key,
        { result: resultOf(run, key, isTolerated), outputs: Object.assign({}, ...jobs.map(job => job.outputs)) },
      ]
    }),
  )
}

/** `success()` and its kin for a job's own `if`: they look at all jobs before it, not only at direct needs. */
export function jobStatus(
  spec: JobSpec,
  workflow: Workflow,
  run: RunState,
  isTolerated: Tolerated,
  isCancelled: boolean,
): Record<StatusFunction, (...jobs: string[]) => boolean> {
  const results = (jobs: string[]): (Conclusion | undefined)[] =>
    asked(spec, workflow, jobs).map(key => resultOf(run, key, isTolerated))
  return {
    always: () => true,
    cancelled: () => isCancelled,
    failure: (...jobs) => results(jobs).includes('failure'),
    success: (...jobs) => !isCancelled && results(jobs).every(result => result === 'success'),
  }
}

/** `success('build')` looks at the jobs it names; they have to be done before this one. */
function asked(spec: JobSpec, workflow: Workflow, jobs: string[]): string[] {
  const ancestors = ancestorsOf(spec, workflow)
  if (jobs.length === 0) return ancestors
  return jobs.map(name => {
    const key = ancestors.find(each => each === name || each.endsWith(` / ${name}`))
    if (key === undefined) throw new Error(`expected a status function to name a job that is needed, got "${name}"`)
    return key
  })
}

function ancestorsOf(spec: JobSpec, workflow: Workflow): string[] {
  const found = new Set<string>()
  const visit = (keys: string[]): void => {
    for (const key of keys) {
      if (found.has(key)) continue
      found.add(key)
      visit(workflow.jobs.find(job => job.key === key)?.needs ?? [])
    }
  }
  visit(spec.needs)
  return [...found]
}
