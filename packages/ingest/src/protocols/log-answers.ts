import type { GantryError, ItemOutcome } from '@gantry/core'
import type { Reply } from './define-protocol.ts'

/** A refusal as clients of logs read it: by its status. `retry-after` where waiting helps. */
export function logRefusal(error: GantryError): Reply {
  const seconds = error.status === 429 || error.status === 507 ? Number(error.facts['retryAfterSeconds'] ?? 5) : null
  return {
    status: error.status,
    headers: seconds === null || error.status !== 429 ? {} : { 'retry-after': String(seconds) },
    body: { error: error.code, message: error.message, hint: error.hint },
  }
}

/** How many lines were taken, and why others were not. */
export const logsTaken =
  (status: number, said: Record<string, unknown> = {}) =>
  (_id: string | null, outcomes: readonly ItemOutcome[]): Reply => ({
    status,
    headers: {},
    body: { ...said, ...countOf(outcomes) },
  })

export function countOf(outcomes: readonly ItemOutcome[]): { taken: number; dropped?: object[] } {
  const sum = (of: readonly ItemOutcome[]) => of.reduce((total, { quantity }) => total + quantity, 0)
  const dropped = outcomes
    .filter(({ outcome }) => outcome === 'dropped')
    .map(({ category, reason, quantity }) => ({ category, reason, quantity }))
  return {
    taken: sum(outcomes.filter(({ outcome }) => outcome === 'taken')),
    ...(dropped.length > 0 && { dropped }),
  }
}

export const logLimits = { compressedBytes: 20 * 1024 * 1024, bytes: 64 * 1024 * 1024 } as const

/** Pages of any origin may send; the key says which. */
export const logCors = {
  answer: { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after' },
  preflight: {
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': 'content-type, content-encoding, authorization, x-api-key, traceparent',
    'access-control-max-age': '3600',
  },
} as const
