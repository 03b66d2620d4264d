import * as z from 'zod'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'
import { readAnswer, sentryHttp, statusOf, type Wait } from './sentry-http.ts'

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

/** The project that the variables of sentry-cli name. @throws CalledWrongly where one is missing */
export function sentryProject(env: Host['env'], wait?: Wait): SentryProject {
  const missing = needed.filter(name => !env[name])
  if (missing.length > 0)
    throw new CalledWrongly(
      `${missing.join(', ')} not set`,
      'Set them as sentry-cli has them; the token needs event:read and project:read.',
    )
  const { SENTRY_ORG: org = '', SENTRY_PROJECT: project = '' } = env
  const { ask } = sentryHttp(env, {}, wait)
  const path = `/api/0/projects/${encodeURIComponent(org)}/${encodeURIComponent(project)}`
  return {
    name: `${org}/${project}`,
    async *events(from, most) {
      let [cursor, count]: [string | null, number] = ['', 0]
      while (cursor !== null && count < most) {
        const { body, next } = await ask(
          `${path}/events/?full=false${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
        )
        const all = readAnswer(z.array(SentryEvent), body, `${path}/events/`)
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
        return readAnswer(z.array(SentryRule), body, `${path}/rules/`)
      } catch (cause) {
        if (statusOf(cause) === 404) return null
        throw cause
      }
    },
  }
}
