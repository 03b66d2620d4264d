import type { StepAnswer, StepOrder, StepOutcome } from '@gantry/core'
import type { BoundService } from '../providers/bound-service.ts'

/** What an executor may say while a step goes on. */
export type OnProgress = (text: string, answer?: StepAnswer) => Promise<void>

/**
 * Where orders are carried out: in the server, or in the job that holds the vendor's credentials. Always answers: what
 * throws, hangs or is lost with its process is a failure as well.
 */
export interface StepExecutor {
  carryOut(order: StepOrder, service: BoundService, onProgress: OnProgress): Promise<StepOutcome>
}
