import { everyCategory, type QueuedForward } from '@gantry/core'
import { addressIn, defineForward, type ForwardAnswer, WrongValue } from '../define-forward.ts'
import { sentry } from './settings.ts'

/** An envelope for each request, as Sentry wants it; several are on their way at once. */
export const forward = defineForward(sentry, {
  takes: 'envelopes',
  addressEnv: ({ dsnEnv }) => dsnEnv,
  most: { rows: 1, bytes: 200 * 1024 * 1024, atOnce: 8 },
  requestFor([envelope], { dsnEnv }, env, now) {
    const { url, key } = readDsn(addressIn(env, dsnEnv), dsnEnv)
    return {
      url,
      headers: {
        'content-type': 'application/x-sentry-envelope',
        'x-sentry-auth': `Sentry sentry_version=7, sentry_client=gantry/1.0, sentry_key=${key}`,
      },
      body: envelope ? readdressed(envelope, key, now) : Buffer.alloc(0),
    }
  },
  limitsIn,
  rejectedIn: () => 0,
})

/** `https://key@host/path/4` takes envelopes at `https://host/path/api/4/envelope/`. */
function readDsn(dsn: URL, name: string): { url: string; key: string } {
  const [, path = '', project] = /^(.*)\/([^/]+)$/.exec(dsn.pathname.replace(/\/$/, '')) ?? []
  if (dsn.username === '' || project === undefined)
    throw new WrongValue(`${name} holds no DSN, such as https://key@o1.ingest.sentry.io/2`)
  return { url: `${dsn.origin}${path}/api/${project}/envelope/`, key: dsn.username }
}

/**
 * The header names the key that it is sent with now: with another one the receiver refuses it. `sent_at` moves by as long as it
 * waited here: the receiver takes the difference to its own clock for the drift of the client's, and would move the event in time.
 * Source: https://develop.sentry.dev/sdk/foundations/envelopes/#envelope-headers
 */
function readdressed({ body, queuedAt }: QueuedForward, key: string, now: string): Buffer {
  const bytes = Buffer.from(body)
  const end = bytes.indexOf(newline)
  const { dsn: _, ...header } = JSON.parse(bytes.subarray(0, end).toString()) as EnvelopeHeader
  const sentMs = Date.parse(String(header.sent_at))
  if (Number.isFinite(sentMs)) header.sent_at = new Date(sentMs + Date.parse(now) - Date.parse(queuedAt)).toISOString()
  if (header.trace?.public_key !== undefined) header.trace = { ...header.trace, public_key: key }
  return Buffer.concat([Buffer.from(JSON.stringify(header)), bytes.subarray(end)])
}

/** As Gantry wrote it into the queue. */
interface EnvelopeHeader {
  dsn?: string
  sent_at?: string
  trace?: { public_key?: string }
}

const newline = 0x0a

/**
 * `X-Sentry-Rate-Limits: 60:error;transaction:key, 2700::organization`; it also stands beside a 200.
 * Source: https://develop.sentry.dev/sdk/expected-features/rate-limiting/
 */
function limitsIn({ headers }: ForwardAnswer, now: string): Record<string, string> {
  const limits: Record<string, string> = {}
  for (const limit of headers['x-sentry-rate-limits']?.split(',') ?? []) {
    const [seconds = '', of = ''] = limit.trim().split(':')
    if (!/^\d+(?:\.\d+)?$/.test(seconds)) continue
    const until = new Date(Date.parse(now) + Math.min(Number(seconds), longestSeconds) * 1_000).toISOString()
    for (const category of of === '' ? [everyCategory] : of.split(';'))
      if (until > (limits[category] ?? '')) limits[category] = until
  }
  return limits
}

/** A quota that is used up may say a month; what waits is dropped long before, and asking once a day costs nothing. */
const longestSeconds = 86_400
