import { GantryError, type Promotion, type Store, shortSha } from '@gantry/core'

const mostTries = 4

/**
 * Does again what a gate or a vote that moved at the same moment refused, for somebody who did not say which version they saw: they
 * decide about the release, and what it rests on is judged anew each time.
 */
export async function untilUnmoved<Result>(version: number | undefined, act: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++)
    try {
      return await act()
    } catch (cause) {
      if (version !== undefined || tries === mostTries) throw cause
      ignoreConflict(cause)
    }
}

/** For somebody who decides about what is no more. */
export async function movedOn(promotion: Promotion, store: Store): Promise<GantryError> {
  const [newest] = await store.promotions.list(promotion.project, { environment: promotion.environment, limit: 1 })
  const now =
    newest && newest.release !== promotion.release
      ? `; ${shortSha(newest.release)} asks for ${promotion.environment} now`
      : ''
  return new GantryError(
    'CONFLICT',
    `the promotion of ${shortSha(promotion.release)} is ${promotion.state} by now${now}`,
    { state: promotion.state },
  )
}

/** Someone decided it at the same moment: their decision stands. */
export function ignoreConflict(cause: unknown): void {
  if (!(cause instanceof GantryError && cause.code === 'CONFLICT')) throw cause
}
