import * as Sentry from '@sentry/node'
import { type Observed, type ObserveOptions, observe } from './node.ts'

/** What `instrumentation.ts` of a Next app exports. */
export interface Instrumentation {
  register(): void
  onRequestError(
    error: unknown,
    request: { path: string; method: string },
    context: { routePath: string },
  ): Promise<void>
  /** After `register`; in a runtime that is not Node, null. */
  observed(): Observed | null
}

/**
 * For `instrumentation.ts` of a Next app: Next calls `register` once for each runtime, and `onRequestError` for each request that
 * failed. Source: https://nextjs.org/docs/app/api-reference/file-conventions/instrumentation
 *
 * @example export const { register, onRequestError } = instrument({ service: 'web' })
 */
export function instrument(options: ObserveOptions): Instrumentation {
  let observed: Observed | null = null
  const env = options.env ?? process.env
  return {
    register() {
      if ((env['NEXT_RUNTIME'] ?? 'nodejs') === 'nodejs') observed ??= observe(options)
    },
    async onRequestError(error, { path, method }, { routePath }) {
      Sentry.captureException(error, scope => {
        scope.setTransactionName(`${method} ${routePath}`)
        return scope.setTag('path', path)
      })
      // A function is frozen as soon as it has answered.
      await observed?.flush()
    },
    observed: () => observed,
  }
}
