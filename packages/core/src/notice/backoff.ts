/** What came back when a notice was sent. */
export type SendOutcome =
  | { kind: 'sent' }
  /** Worth another try: a network failure, a timeout, 408, 425, 429, 5xx. `retryAfterMs` is what the receiver asked for. */
  | { kind: 'failed'; error: string; retryAfterMs: number | null }
  /** Will never be taken: another 4xx, or a channel without settings. */
  | { kind: 'refused'; error: string }

const firstMs = 1_000
const longestMs = 5 * 60_000
/** About a day of trying at the longest pause. */
export const mostAttempts = 300

/** When to try again after that many attempts, or null to give up. */
export function nextAttemptMs(attempts: number, outcome: Exclude<SendOutcome, { kind: 'sent' }>): number | null {
  if (outcome.kind === 'refused' || attempts >= mostAttempts) return null
  const pause = Math.min(longestMs, firstMs * 2 ** Math.min(attempts - 1, 20))
  return Math.max(pause, outcome.retryAfterMs ?? 0)
}
