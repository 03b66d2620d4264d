import { setTimeout as sleep } from 'node:timers/promises'
import { GantryError } from '@gantry/core'
import * as z from 'zod'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'
import { cut } from '../terminal/table.ts'

export interface SentryPage {
  body: unknown
  /** Where the list goes on; null at its end. */
  next: string | null
}

/** Sentry's API, or whatever speaks it, such as GlitchTip. Nothing here changes anything there. */
export interface SentryHttp {
  /** `https://sentry.io`: without the slash at its end. */
  url: string
  /** @throws GantryError VENDOR_REFUSED, with `status` where it answered one */
  ask(path: string): Promise<SentryPage>
}

export type Wait = (ms: number) => Promise<unknown>

const mostTries = 6
const longestWaitMs = 60_000
/** A page of a hundred issues takes less than one; an event, too. */
const mostBytes = 32 * 1024 * 1024
const usualUrl = 'https://sentry.io/'

/** With the variables that sentry-cli reads. The token is in the environment alone. @throws CalledWrongly where one is missing */
export function sentryHttp(env: Host['env'], said: { url?: string | undefined } = {}, wait: Wait = sleep): SentryHttp {
  const token = env['SENTRY_AUTH_TOKEN']
  if (!token)
    throw new CalledWrongly(
      'SENTRY_AUTH_TOKEN not set',
      'Set it as sentry-cli has it; it needs org:read, project:read, event:read, and project:releases for releases.',
    )
  const base = addressOf(said.url ?? env['SENTRY_URL'] ?? usualUrl)
  const pace: Pace = { freeAt: 0 }
  return {
    url: base.href.replace(/\/+$/, ''),
    ask: path => answered(new URL(path.replace(/^\/+/, ''), base), { token, wait, pace }),
  }
}

/** Where a server lies below a path, such as a proxy's. The address of its API, as its documentation prints it, is meant as well. */
function addressOf(said: string): URL {
  const url = URL.canParse(said) ? new URL(said) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search)
    throw new CalledWrongly(`expected the address of Sentry, such as https://sentry.example, got "${cut(said, 200)}"`)
  return new URL(`${url.origin}${url.pathname.replace(/(?:\/api\/0)?\/*$/, '/')}`)
}

/** What several requests at once know of the limit: none of them asks before it is over. */
interface Pace {
  freeAt: number
}

interface Asking {
  token: string
  wait: Wait
  pace: Pace
}

async function answered(url: URL, asking: Asking): Promise<SentryPage> {
  for (let tries = 1; ; tries++) {
    await untilFree(asking)
    const response = await sent(url, asking.token, tries)
    const status = response?.status ?? 0
    if (response === null || ((status === 429 || status >= 500) && tries < mostTries)) {
      await response?.body?.cancel()
      asking.pace.freeAt = Math.max(asking.pace.freeAt, Date.now() + pauseOf(response?.headers ?? null, tries))
    } else if (!response.ok) {
      const said = cut((await text(response, url)).slice(0, 200), 200)
      throw new GantryError('VENDOR_REFUSED', `Sentry answered ${status} to ${url.origin}${url.pathname}: ${said}`, {
        status,
      })
    } else {
      heedLimit(response.headers, asking.pace)
      return { body: await json(response, url), next: nextCursor(response.headers.get('link')) }
    }
  }
}

async function untilFree({ wait, pace }: Asking): Promise<void> {
  const ms = pace.freeAt - Date.now()
  if (ms > 0) await wait(ms)
  // Who waited without a clock has waited.
  if (ms > 0) pace.freeAt = Math.min(pace.freeAt, Date.now())
}

/** Null: the connection broke, and another try is worth it. */
async function sent(url: URL, token: string, tries: number): Promise<Response | null> {
  try {
    return await fetch(url, {
      headers: { accept: 'application/json', authorization: `Bearer ${token}` },
      // The token goes to no other place.
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
    })
  } catch (cause) {
    if (tries > 1 && tries < mostTries) return null
    throw new GantryError('VENDOR_REFUSED', `Sentry could not be reached at ${url.origin}`, {}, { cause })
  }
}

async function json(response: Response, url: URL): Promise<unknown> {
  const said = await text(response, url)
  try {
    return JSON.parse(said)
  } catch (cause) {
    throw new GantryError('VENDOR_REFUSED', `Sentry answered no JSON to ${url.origin}${url.pathname}`, {}, { cause })
  }
}

/** As far as there is room: an answer without an end must not take the memory. */
async function text(response: Response, url: URL): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length
      if (bytes > mostBytes) break
      chunks.push(chunk)
    }
  } catch (cause) {
    throw new GantryError(
      'VENDOR_REFUSED',
      `Sentry broke off its answer to ${url.origin}${url.pathname}`,
      {},
      { cause },
    )
  }
  if (bytes <= mostBytes) return Buffer.concat(chunks).toString()
  throw new GantryError(
    'VENDOR_REFUSED',
    `Sentry answered more than ${mostBytes} bytes to ${url.origin}${url.pathname}`,
  )
}

/** `Retry-After`, else when the window ends, in seconds since 1970. Source: https://docs.sentry.io/api/ratelimits/ */
function pauseOf(headers: Headers | null, tries: number): number {
  const after = Number(headers?.get('retry-after')) * 1_000
  const asked = [after, untilReset(headers)].find(ms => ms > 0) ?? 1_000 * 2 ** (tries - 1)
  return Math.min(asked, longestWaitMs)
}

const untilReset = (headers: Headers | null): number =>
  Number(headers?.get('x-sentry-rate-limit-reset')) * 1_000 - Date.now()

/** The last request of a window was answered: the next one waits for the next window instead of being refused. */
function heedLimit(headers: Headers, pace: Pace): void {
  if (headers.get('x-sentry-rate-limit-remaining') !== '0') return
  const ms = Math.min(untilReset(headers), longestWaitMs)
  if (ms > 0) pace.freeAt = Math.max(pace.freeAt, Date.now() + ms)
}

/** Of the pages of a list only the cursor is taken, and never an address. Source: https://docs.sentry.io/api/pagination/ */
function nextCursor(link: string | null): string | null {
  const next = link?.split(/,(?=\s*<)/).find(part => /rel="next"/.test(part) && /results="true"/.test(part))
  return /cursor="([^"]+)"/.exec(next ?? '')?.[1] ?? null
}

export function readAnswer<T>(schema: z.ZodType<T>, body: unknown, path: string): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new GantryError(
    'VENDOR_REFUSED',
    `Sentry answered something unexpected to ${path}: ${z.prettifyError(parsed.error).split('\n', 1)[0]}`,
    {},
    { cause: parsed.error },
  )
}

export const statusOf = (cause: unknown): unknown =>
  cause instanceof GantryError && cause.code === 'VENDOR_REFUSED' ? cause.facts['status'] : undefined
