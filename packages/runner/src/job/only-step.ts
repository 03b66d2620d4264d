import { GantryError } from '@gantry/core/errors'
import { didYouMean } from '@gantry/core/words'
import type { StepSpec, Workflow } from '@gantry/workflow'
import { stepName } from '../step/step-name.ts'

/**
 * The step as it runs when only the one at `asked` is wanted: that one whatever its `if`, and the checkouts before it,
 * without which it had no files. Nothing for the others.
 */
export function chosenStep(asked: number | undefined, step: StepSpec, place: number): StepSpec | undefined {
  if (asked === undefined) return step
  if (place < asked) return step.uses?.toLowerCase().startsWith('actions/checkout@') ? step : undefined
  const { if: _, ...rest } = step
  return place === asked ? rest : undefined
}

/**
 * The one step that goes by a number from 1, an id or a name, in all jobs or the one named.
 * @throws GantryError WORKFLOW_PART_UNKNOWN when there is none or there are several
 */
export function findStep(workflow: Workflow, asked: string, key?: string): { job: string; step: number } {
  checkJob(workflow, key)
  const found = workflow.jobs
    .filter(job => key === undefined || job.key === key)
    .flatMap(job =>
      job.steps.flatMap((step, place) =>
        [String(place + 1), step.id, step.name, stepName(step)].includes(asked) ? [{ job: job.key, step: place }] : [],
      ),
    )
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  const where = key === undefined ? workflow.path : `job ${key} of ${workflow.path}`
  if (only !== undefined) {
    const places = found.map(({ job, step }) => `${step + 1} of job ${job}`).join(', ')
    throw new GantryError('WORKFLOW_PART_UNKNOWN', `expected one step "${asked}" in ${where}, got ${places}`)
  }
  const steps = workflow.jobs.filter(job => key === undefined || job.key === key).flatMap(({ steps }) => steps)
  const names = steps.map(step => step.id ?? stepName(step))
  throw new GantryError(
    'WORKFLOW_PART_UNKNOWN',
    `expected a step of ${where} (${names.join(', ') || 'it has none of its own'}), got "${asked}"${didYouMean(asked, names)}`,
  )
}

/** @throws GantryError WORKFLOW_PART_UNKNOWN when it is none of the file */
export function checkJob(workflow: Workflow, key: string | undefined): void {
  const keys = workflow.jobs.map(job => job.key)
  if (key === undefined || keys.includes(key)) return
  throw new GantryError(
    'WORKFLOW_PART_UNKNOWN',
    `expected a job of ${workflow.path} (${keys.join(', ')}), got "${key}"${didYouMean(key, keys)}`,
  )
}
