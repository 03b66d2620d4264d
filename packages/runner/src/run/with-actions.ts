import type { JobSpec, Workflow } from '@gantry/workflow'
import type { MissingAction } from '../actions/remote/missing-action.ts'
import { provideActions } from '../actions/remote/provide-actions.ts'
import type { Called } from '../call/provide-called.ts'
import { takesPart } from './decide-job.ts'
import type { Machine } from './machine.ts'

/**
 * The workflows of a run with the actions that are missing noted at their steps. A job runs up to such a step; one that
 * deploys does not begin, because half a deployment is worse than none.
 */
export async function withActions(
  workflow: Workflow,
  called: Called,
  machine: Machine,
): Promise<{ workflow: Workflow; called: Called; missing: MissingAction[] }> {
  const asked = { ...workflow, jobs: workflow.jobs.filter(({ key }) => takesPart(workflow, key, machine.only)) }
  const missing: MissingAction[] = []
  for (const each of [asked, ...called.values()]) missing.push(...(await provideActions(each, machine)))
  const noted = (each: Workflow): Workflow => ({ ...each, jobs: each.jobs.map(job => note(job, each.path, missing)) })
  return { workflow: noted(workflow), called: new Map([...called].map(([path, each]) => [path, noted(each)])), missing }
}

function note(job: JobSpec, path: string, missing: readonly MissingAction[]): JobSpec {
  const own = missing.filter(each => each.path === path && each.job === job.key)
  if (own.length === 0) return job
  const needed = own.find(({ isReport }) => !isReport)
  const steps = job.steps.map((step, index) => {
    const found = own.find(each => each.step === index)
    return found === undefined ? step : { ...step, missing: { reason: found.error.message, isReport: found.isReport } }
  })
  return {
    ...job,
    steps,
    ...(needed !== undefined && job.environment !== undefined && { cannotRun: needed.error.message }),
  }
}
