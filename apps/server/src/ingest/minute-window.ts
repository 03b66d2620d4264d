/** Counts what each key sent within a minute of the clock, in this process. */
export interface MinuteWindow {
  /** Seconds until it may send again; null while it may. */
  spentFor(key: string, limit: number | null, nowMs: number): number | null
  add(key: string, quantity: number, nowMs: number): void
}

export function createMinuteWindow(): MinuteWindow {
  let minute = 0
  const sent = new Map<string, number>()
  const at = (nowMs: number) => {
    const current = Math.floor(nowMs / 60_000)
    if (current !== minute) sent.clear()
    minute = current
  }
  return {
    spentFor(key, limit, nowMs) {
      at(nowMs)
      if (limit === null || (sent.get(key) ?? 0) < limit) return null
      return Math.ceil(((minute + 1) * 60_000 - nowMs) / 1_000)
    },
    add(key, quantity, nowMs) {
      at(nowMs)
      sent.set(key, (sent.get(key) ?? 0) + quantity)
    },
  }
}
