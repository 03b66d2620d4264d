import type { GantryError } from '@gantry/core'
import { categories } from './categories.ts'
import { listOf } from './loose.ts'

/**
 * Headers and body of a refusal as Sentry's clients read it: on 429 and 507 the pause holds for all but client reports,
 * which say what else is missing.
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
  if (error.code === 'INGEST_RATE_LIMITED' || error.code === 'INGEST_SPIKE') {
    const { retryAfterSeconds = 60, categories } = error.facts
    headers['retry-after'] = String(retryAfterSeconds)
    headers['x-sentry-rate-limits'] = limitHeader(Number(retryAfterSeconds), listOf(categories).map(String))
  } else if (error.status === 429 || error.code === 'STORAGE_FULL') {
    headers['retry-after'] = String(pauseSeconds)
    headers['x-sentry-rate-limits'] = `${pauseSeconds}:${allButReports}:key:overloaded`
  }
  return { status: error.status, headers, body: { detail: `${error.code}: ${error.message}`, causes: [error.hint] } }
}

/** Tells a client what it need not send for the rest of its minute: it counts that itself, and says so. */
export function pauseLimited(dropped: readonly { category: string; reason: string }[]): Record<string, string> {
  const limited = dropped.filter(({ reason }) => reason === 'rate-limited' || reason === 'spike')
  return limited.length === 0
    ? {}
    : { 'x-sentry-rate-limits': limitHeader(60, [...new Set(limited.map(({ category }) => category))]) }
}

/** An empty list would pause everything. */
const limitHeader = (seconds: number, of: readonly string[]): string =>
  `${seconds}:${of.length > 0 ? of.join(';') : allButReports}:key:rate_limited`

const pauseSeconds = 5
/** What clients report of their own discards is wanted at all times: it says what else is missing. */
const allButReports = categories.filter(category => category !== 'internal').join(';')

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
