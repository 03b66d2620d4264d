import type { GantryError } from '@gantry/core'

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
  if (error.status === 429 || error.code === 'STORAGE_FULL') {
    headers['retry-after'] = String(pauseSeconds)
    headers['x-sentry-rate-limits'] = `${pauseSeconds}:error;default:key:overloaded`
  }
  return { status: error.status, headers, body: { detail: `${error.code}: ${error.message}`, causes: [error.hint] } }
}

const pauseSeconds = 5

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
