import type { Deployment, StepAnswer, StepOrder, StepOutcome } from '@gantry/core'
import type { StepExecutor } from '../executor/step-executor.ts'
import type { BoundService } from '../providers/bound-service.ts'
import { stepFailed } from '../providers/step-outcome.ts'
import type { Journal } from './journal.ts'

/** A deployment with everything needed to carry it out. */
export interface Work {
  journal: Journal
  services: BoundService[]
  executorOf(service: BoundService): StepExecutor
  now(): string
  /** Time between two tries of what has to succeed. */
  pause(ms: number): Promise<void>
  log(message: string): void
  /** When nothing of it is left to do: jobs are told so. */
  close(): void
}

/** By whoever carries out what belongs to that service. */
export async function ask({ services, journal, executorOf }: Work, order: StepOrder): Promise<StepOutcome> {
  const service = services.find(each => each.name === order.service)
  if (!service) return stepFailed('the service is not in the config')
  return executorOf(service).carryOut(order, service, async (text, answer) => {
    if (order.step === null) return
    const kept = answer && { answer: { ...answersOf(journal.now())(order.step.id), ...answer } }
    await journal.step(order.step.id, { detail: text, ...kept })
  })
}

/** What its steps were answered so far. */
export const answersOf =
  ({ steps }: Pick<Deployment, 'steps'>) =>
  (stepId: string): StepAnswer | null =>
    steps.find(({ id }) => id === stepId)?.answer ?? null
