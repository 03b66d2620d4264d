import type { Timers } from '../timers.ts'

export interface ManualTimers extends Timers {
  /** Goes on by so many milliseconds, stopping at each alarm until what it set off waits for something else. */
  advance(ms: number): Promise<void>
  /** Alarms that are set. */
  set(): number
}

/** Time that passes when a test says so. */
export function manualTimers(): ManualTimers {
  const alarms = new Set<{ at: number; act(): void }>()
  let now = 0
  const next = (until: number) =>
    [...alarms].filter(({ at }) => at <= until).reduce<{ at: number; act(): void } | null>(earlier, null)
  return {
    now: () => now,
    after(ms, act) {
      const alarm = { at: now + Math.max(0, ms), act }
      alarms.add(alarm)
      return () => void alarms.delete(alarm)
    },
    async advance(ms) {
      const until = now + ms
      await settled()
      for (let alarm = next(until); alarm; alarm = next(until)) {
        alarms.delete(alarm)
        now = Math.max(now, alarm.at)
        alarm.act()
        await settled()
      }
      now = until
    },
    set: () => alarms.size,
  }
}

/** Of two at the same moment the one that was set first. */
const earlier = <A extends { at: number }>(a: A | null, b: A): A => (a && a.at <= b.at ? a : b)

/** Promises that are due have answered by the next turn of the event loop. */
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
