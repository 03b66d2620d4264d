import * as Sentry from '@sentry/browser'
import { deploymentOf, type Env } from './deployment.ts'

export interface BrowserOptions {
  /** Its name in `gantry.config.ts`. */
  service: string
  /**
   * `SENTRY_DSN`, `SENTRY_ENVIRONMENT` and `SENTRY_RELEASE`. By default what the host of the page says in `/env.js`, which sets
   * `globalThis.__ENV__`: a bundle is built once and promoted as it is, so none of them can be baked into it.
   */
  env?: Env
  /** More for `Sentry.init`; wins over what is set here. */
  sentry?: Sentry.BrowserOptions
}

/**
 * Sends the errors of a page to the DSN of its environment. False where there is none: nothing is started then.
 *
 * @example observe({ service: 'builder' })
 */
export function observe({ service, env = pageEnv(), sentry }: BrowserOptions): boolean {
  const { dsn, release, environment } = deploymentOf(env)
  if (dsn === null) return false
  Sentry.init({
    dsn,
    environment,
    ...(release === null ? {} : { release }),
    initialScope: { tags: { service } },
    ...sentry,
  })
  return true
}

/** Values that are missing or not text are left out. */
function pageEnv(): Env {
  const env: unknown = Reflect.get(globalThis, '__ENV__')
  if (typeof env !== 'object' || env === null) return {}
  return Object.fromEntries(Object.entries(env).filter(([, value]) => typeof value === 'string'))
}
