import { createHmac } from 'node:crypto'

/** Tells whether a value is another than before, without keeping it. */
export const traceOf = (salt: string, name: string, value: string): string =>
  createHmac('sha256', salt).update(`${name}=${value}`).digest('hex').slice(0, 16)

/** Names that Gantry itself fills anew with each release, or by where a service happens to run. */
const notCounted = new Set(['SENTRY_RELEASE', 'DATABASE_URL'])

export const tracesOfValues = (salt: string, env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      notCounted.has(name) ? [] : [[name, traceOf(salt, name, value)] as const],
    ),
  )
