import { setTimeout as sleep } from 'node:timers/promises'
import { Unreachable } from './server-client.ts'

const firstMs = 50
const longestMs = 2_000

/**
 * Asks until the server answers, less and less often. What it answers, a refusal too, is final.
 * @throws whatever `signal` was aborted with
 */
export async function untilAnswered<T>(
  ask: () => Promise<T>,
  { signal, onSilence }: { signal?: AbortSignal; onSilence?(cause: Unreachable): void } = {},
): Promise<T> {
  for (let waitMs = firstMs; ; waitMs = Math.min(waitMs * 2, longestMs)) {
    try {
      return await ask()
    } catch (cause) {
      signal?.throwIfAborted()
      if (!(cause instanceof Unreachable)) throw cause
      onSilence?.(cause)
      await sleep(waitMs, undefined, signal ? { signal } : {})
    }
  }
}
