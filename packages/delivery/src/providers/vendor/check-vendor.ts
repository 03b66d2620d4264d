import type { StepContext } from '../step-context.ts'
import type { LookedAt, VendorAssumptions } from './assumption.ts'
import { VendorError } from './vendor-error.ts'

export interface CheckedAssumption {
  id: string
  says: string
  /** `by-hand` where no look can tell; `unknown` when the vendor did not answer. */
  state: 'holds' | 'differs' | 'by-hand' | 'unknown'
  /** What was found instead, what to do by hand, or why nothing is known; null where it holds. */
  detail: string | null
}

/** Looks at the real service, reading only, whether what Gantry takes for true about it is. */
export async function checkVendor(
  { assumptions, look }: VendorAssumptions,
  context: Pick<StepContext, 'env' | 'fetch' | 'now' | 'sleep' | 'signal' | 'log'>,
  at: LookedAt,
): Promise<CheckedAssumption[]> {
  const looking = look(context, at)
  const checked: CheckedAssumption[] = []
  for (const { id, says, probe, byHand } of assumptions) {
    const answer = (state: CheckedAssumption['state'], detail: string | null) =>
      checked.push({ id, says, state, detail })
    if (!probe) {
      answer('by-hand', byHand ?? null)
      continue
    }
    try {
      const found = await probe(looking)
      answer(found === null ? 'holds' : 'differs', found)
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause
      answer('unknown', cause instanceof VendorError ? `${cause.message}; ${cause.fault.hint}` : cause.message)
    }
  }
  return checked
}
