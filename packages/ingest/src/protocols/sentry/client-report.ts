import type { DiscardedByClient } from '@gantry/core'
import { categories } from './categories.ts'
import { listOf, objectOf } from './loose.ts'

/** Source: https://develop.sentry.dev/sdk/telemetry/client-reports/ */
const reasons = [
  'queue_overflow',
  'cache_overflow',
  'buffer_overflow',
  'ratelimit_backoff',
  'network_error',
  'sample_rate',
  'before_send',
  'event_processor',
  'send_error',
  'internal_sdk_error',
  'insufficient_data',
  'backpressure',
  'ignored',
  'invalid',
  'no_parent_span',
  'too_big',
]
/** A client may say any number; a sum of them has to stay one. */
const mostOfOne = 1_000_000_000
const mostLines = 200

/** What a client says it threw away. Words outside of the fixed lists become `other`: they are kept as rows. */
export function discardedIn(payload: Buffer): DiscardedByClient[] | null {
  try {
    const report = objectOf(JSON.parse(payload.toString()))
    return listOf(report['discarded_events'])
      .slice(0, mostLines)
      .map(objectOf)
      .flatMap(({ category, reason, quantity }) => {
        if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1) return []
        return [
          {
            category: categories.find(each => each === category) ?? 'other',
            reason: reasons.find(each => each === reason) ?? 'other',
            quantity: Math.min(quantity, mostOfOne),
          },
        ]
      })
  } catch {
    // Whoever reads `null` counts it as malformed.
    return null
  }
}
