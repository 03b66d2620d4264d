import type { StepOutcome } from '@gantry/core'
import { stepFailed } from '../step-outcome.ts'
import { linesOf, VendorError } from './vendor-error.ts'

/** Does something at a vendor; what the vendor refuses is the outcome, with its request id and what to do. */
export async function vendorOutcome(act: () => Promise<StepOutcome>): Promise<StepOutcome> {
  try {
    return await act()
  } catch (cause) {
    if (!(cause instanceof VendorError)) throw cause
    return stepFailed(cause.message, linesOf(cause.fault))
  }
}
