import type { VendorWorld } from './patient-fetch.ts'

export type Polled<T> = { state: 'ended'; value: T } | { state: 'timed-out'; afterMs: number }

/**
 * Asks again and again until `look` answers something, or the time is over. A pause is a fifteenth of the time waited so far, from half
 * a second to ten: what polling adds to a build, and to the wait for domains behind it, stays below a tenth of the build. One of ten
 * minutes costs some 110 requests.
 */
export async function poll<T>(
  world: Pick<VendorWorld, 'now' | 'sleep' | 'signal'>,
  timeoutMs: number,
  look: (waitedMs: number) => Promise<T | null>,
): Promise<Polled<T>> {
  const startedMs = world.now().getTime()
  for (;;) {
    const waitedMs = world.now().getTime() - startedMs
    const value = await look(waitedMs)
    if (value !== null) return { state: 'ended', value }
    if (waitedMs >= timeoutMs) return { state: 'timed-out', afterMs: waitedMs }
    await world.sleep(Math.min(Math.max(waitedMs / 15, 500), 10_000, timeoutMs - waitedMs))
    world.signal.throwIfAborted()
  }
}
