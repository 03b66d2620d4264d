import { performance } from 'node:perf_hooks'

/** A clock and an alarm. `now` counts milliseconds from any moment and never goes back. */
export interface Timers {
  now(): number
  /** Calls `act` once, `ms` from now, unless the answer is called before. */
  after(ms: number, act: () => void): () => void
}

export const systemTimers: Timers = {
  now: () => performance.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms)
    return () => clearTimeout(timer)
  },
}

/** Node rings at once when asked to wait longer (https://nodejs.org/api/timers.html#settimeoutcallback-delay-args). */
export const longestWaitMs = 2 ** 31 - 1
