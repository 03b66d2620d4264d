import type { TryStore } from '@gantry/core'

/** For tests that have no database. */
export function memoryTries(): TryStore {
  const windows = new Map<string, { tries: number; endMs: number }>()
  return {
    async count(key, windowMs) {
      const known = windows.get(key)
      const open = known && known.endMs > performance.now() ? known : { tries: 0, endMs: performance.now() + windowMs }
      open.tries++
      windows.set(key, open)
      return { tries: open.tries, leftMs: open.endMs - performance.now() }
    },
    async takeBack(key) {
      const known = windows.get(key)
      if (known) known.tries--
    },
    forget: async key => void windows.delete(key),
    prune: async () => undefined,
  }
}
