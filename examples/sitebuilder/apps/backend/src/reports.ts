import * as Sentry from '@sentry/node'

/** Sends an error nobody expected, with the route it broke. */
export function report(error: unknown, route: string): void {
  Sentry.captureException(error, { mechanism: { type: 'route', handled: false }, captureContext: { tags: { route } } })
}

/** Sends what is still in flight, for at most two seconds. */
export const endReports = () => Sentry.close(2_000)
