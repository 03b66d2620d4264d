import { GantryError } from '@gantry/core'

/**
 * The public key a client shows: in the query, in `X-Sentry-Auth`, or in the envelope's `dsn`. Where several are given
 * they must agree.
 * Source: https://develop.sentry.dev/sdk/foundations/envelopes/#authentication
 * @throws GantryError INGEST_KEY_WRONG
 */
export function sentryKey(given: {
  query: string | undefined
  header: string | undefined
  dsn: string | undefined
}): string {
  const keys = [given.query, keyInHeader(given.header), keyInDsn(given.dsn)].filter(
    key => key !== undefined && key !== '',
  )
  const [key] = keys
  if (key === undefined)
    throw new GantryError(
      'INGEST_KEY_WRONG',
      'expected a key: sentry_key in the query, X-Sentry-Auth, or a dsn; got none',
    )
  if (keys.some(other => other !== key))
    throw new GantryError('INGEST_KEY_WRONG', 'the keys in the query, the header and the envelope differ')
  return key
}

const keyInHeader = (header: string | undefined): string | undefined =>
  /(?:^|[\s,])sentry_key=([^,\s]+)/.exec(header ?? '')?.[1]

function keyInDsn(dsn: string | undefined): string | undefined {
  if (dsn === undefined) return undefined
  return URL.parse(dsn)?.username || undefined
}
