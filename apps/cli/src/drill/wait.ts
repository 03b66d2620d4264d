import { setTimeout as sleep } from 'node:timers/promises'
import { GantryError } from '@gantry/core'

const lookEveryMs = 200

/**
 * Asks until `look` answers something; a deadline that passes is a failed drill, not a bug. Only waiting is interrupted,
 * never a request: what was asked of the server is known to have been done, or not.
 * @throws GantryError RUN_FAILED
 */
export async function waitFor<T>(
  what: string,
  deadlineMs: number,
  look: () => Promise<T | null | undefined>,
  interrupted: AbortSignal | null = null,
): Promise<T> {
  const endAt = performance.now() + deadlineMs
  for (;;) {
    const found = await look()
    if (found !== null && found !== undefined) return found
    if (performance.now() > endAt) {
      throw new GantryError('RUN_FAILED', `${what}: not within ${Math.round(deadlineMs / 1000)} s`)
    }
    await pause(lookEveryMs, interrupted)
  }
}

/** @throws GantryError RUN_FAILED when it is interrupted */
export async function pause(ms: number, interrupted: AbortSignal | null): Promise<void> {
  try {
    await sleep(ms, undefined, interrupted === null ? {} : { signal: interrupted })
  } catch (cause) {
    throw new GantryError('RUN_FAILED', 'the drill was interrupted', {}, { cause })
  }
}
