import { instantMs, instantOf } from '../duration/instant.ts'
import type { ForwardState } from './forward-store.ts'

/** What came back when something was sent on. */
export type ForwardOutcome =
  | { kind: 'sent'; limits: Readonly<Record<string, string>> }
  /** This one will never be taken; others may be. */
  | { kind: 'refused'; error: string }
  /** Worth another try, later. `retryAfterMs` and `limits` are what the receiver asked for. */
  | { kind: 'failed'; error: string; retryAfterMs: number | null; limits: Readonly<Record<string, string>> }

export const freshForward: ForwardState = {
  ...{ failures: 0, pausedUntil: null, limits: {} },
  ...{ lastSentAt: null, lastError: null, lastErrorAt: null },
}

/** Stands for all categories, as in `X-Sentry-Rate-Limits: 60::organization`. */
export const everyCategory = ''

const firstMs = 1_000
const longestMs = 5 * 60_000

/**
 * How it stands after a request. What fails is tried again after a pause that grows; a receiver that says how long decides.
 * A limit of some categories holds up only those: what was sent and is of none of them would be sent again at once.
 *
 * @param rows the categories of each row that was sent
 */
export function decideForward(
  state: ForwardState,
  outcome: ForwardOutcome,
  now: string,
  rows: readonly (readonly string[])[],
): ForwardState {
  if (outcome.kind === 'refused') return { ...state, failures: 0, lastError: outcome.error, lastErrorAt: now }
  const limits = { ...liveLimits(state, now), ...outcome.limits }
  if (outcome.kind === 'sent') return { ...state, failures: 0, pausedUntil: null, limits, lastSentAt: now }
  const failures = state.failures + 1
  const said = { failures, limits, lastError: outcome.error, lastErrorAt: now }
  const isHeldUp = rows.every(categories => categories.some(category => category in outcome.limits))
  if (isHeldUp && !(everyCategory in outcome.limits)) return { ...state, ...said }
  const pauseMs = outcome.retryAfterMs ?? Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 20))
  return { ...state, ...said, pausedUntil: instantOf(instantMs(now) + pauseMs) }
}

/** When something may be sent again; null: now. */
export function pausedUntil(state: ForwardState, now: string): string | null {
  const until = [state.pausedUntil, state.limits[everyCategory] ?? null].filter(at => at !== null && at > now)
  return until.toSorted().at(-1) ?? null
}

/** Categories that the receiver does not want now. */
export const limitedNow = (state: ForwardState, now: string): string[] => Object.keys(liveLimits(state, now))

const liveLimits = ({ limits }: ForwardState, now: string): Record<string, string> =>
  Object.fromEntries(Object.entries(limits).filter(([, until]) => until > now))
