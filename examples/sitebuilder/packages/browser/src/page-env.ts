/**
 * What a page is told about the environment it is served in. The bundle is built once and promoted as it is, so these
 * cannot be baked in: `/env.js` sets `globalThis.__ENV__` before the bundle runs, and the host of the page makes it.
 */
export type PageEnv = {
  SENTRY_DSN?: string
  SENTRY_ENVIRONMENT?: string
  SENTRY_RELEASE?: string
  BUILDER_URL?: string
  RUNTIME_URL?: string
}

/** Values that are missing, empty or not text are left out. */
export function readPageEnv(from: object = globalThis): PageEnv {
  const env: unknown = Reflect.get(from, '__ENV__')
  if (typeof env !== 'object' || env === null) return {}
  return Object.fromEntries(Object.entries(env).filter(([, value]) => typeof value === 'string' && value !== ''))
}
