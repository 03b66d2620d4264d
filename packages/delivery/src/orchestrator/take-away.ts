import { advanceDeployment, type Deployment, type DeployStep, type StepOutcome } from '@gantry/core'
import { pausesMs } from './undo.ts'
import type { Work } from './work.ts'

/**
 * Carries a removal out. Each step is tried as patiently as an undo, and those behind one that failed are tried all the same:
 * what can go goes.
 */
export async function takeAway(work: Work, perform: (step: DeployStep) => Promise<StepOutcome>): Promise<Deployment> {
  const { journal, now } = work
  const left: string[] = []
  for (const step of journal.now().steps.filter(({ status }) => status !== 'done')) {
    const why = await tryStep(work, step, perform)
    if (why !== null) left.push(`${step.service} could not be removed: ${why}`)
  }
  if (left.length === 0) return journal.change(each => advanceDeployment(each, 'removed', now()))
  return journal.change(each => advanceDeployment(each, { failed: left.join('; ') }, now()))
}

/** Null once it is done, else why it was not. */
async function tryStep(
  { pause, log }: Work,
  step: DeployStep,
  perform: (step: DeployStep) => Promise<StepOutcome>,
): Promise<string | null> {
  for (const pauseMs of [...pausesMs, null]) {
    const outcome = await perform(step)
    if (outcome.ok) return null
    log(`${step.id} did not go: ${outcome.why}`)
    if (pauseMs === null) return outcome.why
    await pause(pauseMs)
  }
  return null
}
