import type { JobState, StepState } from '@gantry/core'

/** Of each job, the steps as they were copied last, by their place. */
const copies = new WeakMap<JobState, StepState[]>()

/** A copy that later changes leave alone; whoever gets it changes nothing in it. */
export function copyOfJob(job: JobState): JobState {
  const { steps: _, ...rest } = job
  return { ...structuredClone(rest), steps: copyOfSteps(job) }
}

/** A step that has not changed keeps its copy: with each of 4,000 steps all 4,000 would be copied anew. */
export function copyOfSteps(job: JobState, count = job.steps.length): StepState[] {
  const known = copies.get(job) ?? []
  copies.set(job, known)
  for (let i = 0; i < count; i++) {
    const [step, copy] = [job.steps[i], known[i]]
    if (step !== undefined && (copy === undefined || hasChanged(copy, step))) known[i] = structuredClone(step)
  }
  return known.slice(0, count)
}

const hasChanged = (copy: StepState, step: StepState): boolean =>
  step.status === 'in_progress' ||
  copy.status !== step.status ||
  copy.conclusion !== step.conclusion ||
  copy.outcome !== step.outcome ||
  copy.completedAt !== step.completedAt ||
  copy.name !== step.name
