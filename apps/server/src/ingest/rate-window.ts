/**
 * Counts what each key sent within a minute of the clock, by category, in this process: what sends too much of one thing
 * is not kept from reporting another.
 */
export interface RateWindow {
  /** Seconds until it may send of that again; null while it may. */
  spentFor(key: string, category: string, limit: number | null, nowMs: number): number | null
  /** The same of anything at all, asked before a body is read: for a key that goes on regardless of its limit. */
  flooded(key: string, limit: number | null, nowMs: number): number | null
  add(key: string, category: string, quantity: number, nowMs: number): void
}

/** So often its limit, in one minute, and its bodies are read no more. */
const flood = 4

export function createRateWindow(): RateWindow {
  let minute = 0
  let sent = new Map<string, Map<string, number>>()
  const of = (key: string, nowMs: number) => {
    const current = Math.floor(nowMs / 60_000)
    if (current !== minute) sent = new Map()
    minute = current
    const known = sent.get(key) ?? new Map<string, number>()
    sent.set(key, known)
    return known
  }
  const secondsLeft = (nowMs: number) => Math.ceil(((minute + 1) * 60_000 - nowMs) / 1_000)
  return {
    spentFor(key, category, limit, nowMs) {
      const count = of(key, nowMs).get(category) ?? 0
      return limit === null || count < limit ? null : secondsLeft(nowMs)
    },
    flooded(key, limit, nowMs) {
      if (limit === null) return null
      let all = 0
      for (const count of of(key, nowMs).values()) all += count
      return all < limit * flood ? null : secondsLeft(nowMs)
    },
    add(key, category, quantity, nowMs) {
      const known = of(key, nowMs)
      known.set(category, (known.get(category) ?? 0) + quantity)
    },
  }
}
