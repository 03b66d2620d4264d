import { GantryError } from '@gantry/core'

/**
 * The public key a client shows before the envelope: in the query, or in `X-Sentry-Auth`. Where both are given they must
 * agree. Null: it stands in the envelope's `dsn`, or nowhere.
 * Source: https://develop.sentry.dev/sdk/foundations/envelopes/#authentication
 * @throws GantryError INGEST_KEY_WRONG
 */
export function sentryKey(given: { query: string | undefined; header: string | undefined }): string | null {
  const [key, other = key] = [given.query, keyInHeader(given.header)].filter(each => each !== undefined && each !== '')
  if (key === other) return key ?? null
  throw new GantryError('INGEST_KEY_WRONG', 'the keys in the query and the header differ')
}

const keyInHeader = (header: string | undefined): string | undefined =>
  /(?:^|[\s,])sentry_key=([^,\s]+)/.exec(header ?? '')?.[1]

/** @example keyOfDsn('https://abc@gantry.example/1') // 'abc' */
export const keyOfDsn = (dsn: string | undefined): string | null =>
  (dsn === undefined ? null : URL.parse(dsn)?.username) || null
