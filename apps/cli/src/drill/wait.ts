import { setTimeout as sleep } from 'node:timers/promises'
import { GantryError } from '@gantry/core'

const lookEveryMs = 200

/** Asks until `found` answers something; a deadline that passes is a failed drill, not a bug. @throws GantryError RUN_FAILED */
export async function waitFor<T>(
  what: string,
  deadlineMs: number,
  look: () => Promise<T | null | undefined>,
): Promise<T> {
  const endAt = performance.now() + deadlineMs
  for (;;) {
    const found = await look()
    if (found !== null && found !== undefined) return found
    if (performance.now() > endAt) {
      throw new GantryError('RUN_FAILED', `${what}: not within ${Math.round(deadlineMs / 1000)} s`)
    }
    await sleep(lookEveryMs)
  }
}
