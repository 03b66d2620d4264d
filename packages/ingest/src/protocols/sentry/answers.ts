import type { GantryError } from '@gantry/core'
import { categories } from './item-kinds.ts'

/**
 * Headers and body of a refusal as Sentry's clients read it: on 429 and 507 the pause holds for error reports only, so that
 * sessions and client reports still come.
 * Source: https://develop.sentry.dev/sdk/expected-features/rate-limiting/
 */
export function sentryRefusal(error: GantryError): {
  status: number
  headers: Record<string, string>
  body: { detail: string; causes: string[] }
} {
  const headers: Record<string, string> = {
    'x-sentry-error': error.message.replace(/[^\x20-\x7e]/g, '?').slice(0, 500),
  }
  // Whoever is told to wait on a full disk does not lose one event after the other against it.
  if (error.code === 'INGEST_RATE_LIMITED') {
    const seconds = Number(error.facts['retryAfterSeconds'] ?? 60)
    headers['retry-after'] = String(seconds)
    headers['x-sentry-rate-limits'] = `${seconds}:${allButReports}:key:rate_limited`
  } else if (error.status === 429 || error.code === 'STORAGE_FULL') {
    headers['retry-after'] = String(pauseSeconds)
    headers['x-sentry-rate-limits'] = `${pauseSeconds}:error;log_item;default:key:overloaded`
  }
  return { status: error.status, headers, body: { detail: `${error.code}: ${error.message}`, causes: [error.hint] } }
}

const pauseSeconds = 5
/** What clients report of their own discards is wanted at all times: it says what else is missing. */
const allButReports = categories.filter(category => category !== 'internal').join(';')

/** Tells a client not to send for an hour what would be thrown away: it counts that itself, and says so. */
export function pauseUnkept(dropped: readonly { category: string; reason: string }[]): Record<string, string> {
  const unkept = [...new Set(dropped.filter(({ reason }) => reason === 'not-kept').map(({ category }) => category))]
  return unkept.length === 0 ? {} : { 'x-sentry-rate-limits': `3600:${unkept.join(';')}:key:not_kept` }
}

/** Browsers of any origin may report; of the answer they read these headers. */
export const sentryCors: Record<string, string> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'x-sentry-error, x-sentry-rate-limits, retry-after',
}

/** What a browser asks before it reports; the report itself is answered without. */
export const sentryPreflight: Record<string, string> = {
  'access-control-allow-methods': 'POST, OPTIONS',
  'access-control-allow-headers': 'content-type, content-encoding, x-sentry-auth, sentry-trace, baggage, authorization',
  'access-control-max-age': '3600',
}
