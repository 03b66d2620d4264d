import type { StepState } from '@gantry/core'
import { evaluateCondition } from '@gantry/workflow'
import type { Frame } from '../step/frame.ts'
import { messageOf } from '../step/run-step.ts'
import { guardStep } from '../step/step-guard.ts'
import { StepOutput } from '../step/step-output.ts'
import { stepScope } from '../step/step-scope.ts'

/** What actions left to be done after the job, last registered first; a failure among them fails the job. */
export async function runPosts(frame: Frame): Promise<void> {
  const { job } = frame
  for (const post of job.posts.toReversed()) {
    const now = (): string => job.machine.now().toISOString()
    const state: StepState = {
      number: job.job.steps.length + 1,
      name: post.name,
      status: 'in_progress',
      startedAt: now(),
    }
    job.job.steps.push(state)
    const isWantedNow = (): boolean => evaluateCondition(post.when, stepScope(frame, job.env))
    const isWanted = isWantedNow()
    let conclusion: 'success' | 'failure' | 'skipped' | 'cancelled' = isWanted ? 'success' : 'skipped'
    if (isWanted) {
      job.changed()
      const guard = guardStep(frame, undefined, isWantedNow)
      try {
        await post.run({ number: state.number, signal: guard.signal })
      } catch (error) {
        new StepOutput(job, state.number).error(messageOf(error))
        conclusion = 'failure'
        frame.hasFailed = true
      } finally {
        guard.release()
      }
      if (guard.stoppedBy !== undefined) conclusion = 'cancelled'
    }
    Object.assign(state, { status: 'completed', outcome: conclusion, conclusion, completedAt: now() })
    job.changed()
  }
}
