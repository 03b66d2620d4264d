import { setTimeout as sleep } from 'node:timers/promises'
import { GantryError } from '@gantry/core'
import * as z from 'zod'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'

/** One project at Sentry, or at whatever speaks its API. Nothing here changes anything there. */
export interface SentryProject {
  /** `shop/web` */
  name: string
  /** An error event each, the newest first. */
  events(from: Date, most: number): AsyncGenerator<SentryEvent[]>
  /** Null where it has no such thing, as with GlitchTip. */
  rules(): Promise<SentryRule[] | null>
}

/** Source: https://docs.sentry.io/api/events/list-a-projects-error-events/ */
export const SentryEvent = z.object({
  eventID: z.string(),
  groupID: z.coerce.string(),
  title: z.string().catch('–'),
  dateCreated: z.string(),
})
export type SentryEvent = z.output<typeof SentryEvent>

/** Source: https://docs.sentry.io/api/alerts/list-a-projects-issue-alert-rules/ */
export const SentryRule = z.object({
  name: z.string(),
  environment: z.string().nullish(),
  status: z.string().nullish(),
  lastTriggered: z.string().nullish(),
})
export type SentryRule = z.output<typeof SentryRule>

const needed = ['SENTRY_AUTH_TOKEN', 'SENTRY_ORG', 'SENTRY_PROJECT'] as const
const mostTries = 6
const longestWaitMs = 60_000

/** The project that the variables of sentry-cli name. @throws CalledWrongly where one is missing */
export function sentryProject(env: Host['env'], wait: (ms: number) => Promise<unknown> = sleep): SentryProject {
  const missing = needed.filter(name => !env[name])
  if (missing.length > 0)
    throw new CalledWrongly(
      `${missing.join(', ')} not set`,
      'Set them as sentry-cli has them; the token needs event:read and project:read.',
    )
  const { SENTRY_AUTH_TOKEN: token = '', SENTRY_ORG: org = '', SENTRY_PROJECT: project = '' } = env
  const base = new URL(env['SENTRY_URL'] ?? 'https://sentry.io/')
  const path = `/api/0/projects/${encodeURIComponent(org)}/${encodeURIComponent(project)}`
  const ask = (asked: string) => answered(new URL(asked, base), token, wait)
  return {
    name: `${org}/${project}`,
    async *events(from, most) {
      let [cursor, count]: [string | null, number] = ['', 0]
      while (cursor !== null && count < most) {
        const { body, next } = await ask(
          `${path}/events/?full=false${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
        )
        const all = read(z.array(SentryEvent), body, `${path}/events/`)
        const events = all.filter(({ dateCreated }) => Date.parse(dateCreated) >= from.getTime()).slice(0, most - count)
        count += events.length
        yield events
        // They come newest first: what follows an old one is older.
        cursor = events.length < all.length ? null : next
      }
    },
    async rules() {
      try {
        const { body } = await ask(`${path}/rules/?expand=lastTriggered`)
        return read(z.array(SentryRule), body, `${path}/rules/`)
      } catch (cause) {
        if (cause instanceof GantryError && cause.facts['status'] === 404) return null
        throw cause
      }
    },
  }
}

async function answered(
  url: URL,
  token: string,
  wait: (ms: number) => Promise<unknown>,
): Promise<{ body: unknown; next: string | null }> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(url, {
      headers: { accept: 'application/json', authorization: `Bearer ${token}` },
      // The token goes to no other place.
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
    }).catch(cause => {
      throw new GantryError('VENDOR_REFUSED', `Sentry could not be reached at ${url.origin}`, {}, { cause })
    })
    const { status } = response
    if ((status === 429 || status >= 500) && tries < mostTries) {
      await response.body?.cancel()
      await wait(pauseOf(response.headers, tries))
    } else if (!response.ok) {
      const said = (await response.text()).slice(0, 200)
      throw new GantryError('VENDOR_REFUSED', `Sentry answered ${status} to ${url.pathname}: ${said}`, { status })
    } else return { body: await json(response, url), next: nextCursor(response.headers.get('link')) }
  }
}

async function json(response: Response, { pathname }: URL): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    throw new GantryError('VENDOR_REFUSED', `Sentry answered no JSON to ${pathname}`, {}, { cause })
  }
}

/** `Retry-After`, else when the window ends, in seconds since 1970. Source: https://docs.sentry.io/api/ratelimits/ */
function pauseOf(headers: Headers, tries: number): number {
  const after = Number(headers.get('retry-after')) * 1_000
  const reset = Number(headers.get('x-sentry-rate-limit-reset')) * 1_000 - Date.now()
  const asked = [after, reset].find(ms => ms > 0) ?? 1_000 * 2 ** (tries - 1)
  return Math.min(asked, longestWaitMs)
}

/** Of the pages of a list only the cursor is taken, and never an address. Source: https://docs.sentry.io/api/pagination/ */
function nextCursor(link: string | null): string | null {
  const next = link?.split(/,(?=\s*<)/).find(part => /rel="next"/.test(part) && /results="true"/.test(part))
  return /cursor="([^"]+)"/.exec(next ?? '')?.[1] ?? null
}

function read<T>(schema: z.ZodType<T>, body: unknown, path: string): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new GantryError(
    'VENDOR_REFUSED',
    `Sentry answered something unexpected to ${path}`,
    {},
    { cause: parsed.error },
  )
}
