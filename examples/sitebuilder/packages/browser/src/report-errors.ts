import { type BrowserOptions, init } from '@sentry/browser'
import type { PageEnv } from './page-env.ts'

/** Sends the page's errors to the DSN of its environment. Without a DSN nothing is started and nothing is sent. */
export function reportErrors(env: PageEnv, service: string, start: (options: BrowserOptions) => void = init): boolean {
  if (!env.SENTRY_DSN) return false
  start({
    dsn: env.SENTRY_DSN,
    ...(env.SENTRY_ENVIRONMENT && { environment: env.SENTRY_ENVIRONMENT }),
    ...(env.SENTRY_RELEASE && { release: env.SENTRY_RELEASE }),
    initialScope: { tags: { service } },
  })
  return true
}
