import type { ForwardOutcome } from '@gantry/core'
import type { Forward, ForwardAnswer } from './define-forward.ts'

/** Sentry's clients wait that long when they are told to, and not for how long. */
const unsaidPauseMs = 60_000

/**
 * What an answer means for what was sent. A key that is wrong, or a place that is not there, is mended by a person, so what is
 * sent there waits; a body that is wrong stays wrong.
 */
export function judgeAnswer(
  answer: ForwardAnswer,
  acts: Pick<Forward, 'limitsIn'>,
  { now, retryAfterMs }: { now: string; retryAfterMs: number | null },
): ForwardOutcome {
  const { status } = answer
  const limits = acts.limitsIn(answer, now)
  if (status >= 200 && status < 300) return { kind: 'sent', limits }
  const error = `status ${status}${saidIn(answer)}`
  if (unfit.has(status)) return { kind: 'refused', error }
  const isMute = status === 429 && retryAfterMs === null && Object.keys(limits).length === 0
  return { kind: 'failed', error, retryAfterMs: isMute ? unsaidPauseMs : retryAfterMs, limits }
}

/** Bad Request, Not Acceptable, Content Too Large, Unsupported Media Type, Unprocessable Content. */
const unfit = new Set([400, 406, 413, 415, 422])

function saidIn({ headers, body }: ForwardAnswer): string {
  const said = headers['x-sentry-error'] ?? body.replace(/\s+/g, ' ').trim()
  return said === '' || said.startsWith('<') ? '' : `: ${said.slice(0, 200)}`
}
