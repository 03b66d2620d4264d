import { GantryError } from '@gantry/core'
import type { Asked } from '../define-protocol.ts'

/**
 * The public key a client shows before its body: in the query, in `X-Sentry-Auth`, in `Authorization: Sentry …`, or as the
 * name of `Authorization: Basic …`, which is what a client makes of an address with a name in it. Where several are given
 * they must agree. Null: it stands in the envelope's `dsn`, or nowhere.
 * Source: https://develop.sentry.dev/sdk/foundations/envelopes/#authentication
 * @throws GantryError INGEST_KEY_WRONG
 */
export function sentryKey({ query, headers }: Pick<Asked, 'query' | 'headers'>): string | null {
  const { authorization } = headers
  const shown = [
    query['sentry_key'],
    keyInHeader(headers['x-sentry-auth']),
    keyInHeader(authorization),
    nameIn(authorization),
  ]
  const keys = new Set(shown.filter(key => typeof key === 'string' && key !== ''))
  if (keys.size > 1) throw new GantryError('INGEST_KEY_WRONG', 'the keys in the query and the headers differ')
  const [key = null] = keys
  return key ?? null
}

type Header = string | string[] | undefined

const keyInHeader = (header: Header): string | undefined =>
  typeof header === 'string' ? /(?:^|[\s,])sentry_key=([^,\s]+)/.exec(header)?.[1] : undefined

function nameIn(header: Header): string | undefined {
  const [, packed] = typeof header === 'string' ? (/^basic\s+([\w+/=-]{1,500})$/i.exec(header) ?? []) : []
  return packed === undefined ? undefined : Buffer.from(packed, 'base64').toString().split(':')[0]
}

/** @example keyOfDsn('https://abc@gantry.example/1') // 'abc' */
export const keyOfDsn = (dsn: unknown): string | null =>
  (typeof dsn === 'string' ? URL.parse(dsn)?.username : null) || null
