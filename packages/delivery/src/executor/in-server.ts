import type { DeploymentFacts, StepAnswer } from '@gantry/core'
import type { BoundService } from '../providers/bound-service.ts'
import type { StepContext } from '../providers/step-context.ts'
import { performOrder, type StepClock } from './perform-order.ts'
import type { OnProgress, StepExecutor } from './step-executor.ts'

/** What makes the surroundings of a step, but for what belongs to that very step. */
export interface ServerSurroundings {
  facts: DeploymentFacts
  clock: StepClock
  signal: AbortSignal
  contextOf(service: BoundService, own: OwnOfStep): Promise<StepContext>
  log(line: string): void
}

export type OwnOfStep = Pick<StepContext, 'answers' | 'signal' | 'progress'>

/** Carries orders out in this process. */
export function inServer(
  { facts, clock, signal, contextOf, log }: ServerSurroundings,
  answers: (stepId: string) => StepAnswer | null,
): StepExecutor {
  return {
    carryOut: (order, service, progress: OnProgress) =>
      performOrder(order, {
        ...{ service, facts, clock, signal, log },
        contextOf: ending => contextOf(service, { answers, progress, signal: ending }),
      }),
  }
}
