import type { StepAnswer, StepFailure, StepOutcome } from '@gantry/core'
import { inOneSentence } from '@gantry/core/words'

export const stepDone = (detail: string | null = null, answer?: StepAnswer): StepOutcome => ({
  ok: true,
  detail,
  ...(answer && { answer }),
})

/** A failure of what was said, by an exception for one, in as many lines as it liked. */
export function stepFailed(said: string, lines: string[] = []): StepFailure {
  const { sentence, rest } = inOneSentence(said)
  return { ok: false, why: sentence, lines: [...rest, ...lines] }
}
