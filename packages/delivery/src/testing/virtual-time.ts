import type { StepClock } from '../executor/perform-order.ts'

interface Timer {
  atMs: number
  ring(): void
}

/** Time that passes only when nothing else is left to do: an hour of waiting takes no time. */
export class VirtualTime {
  #nowMs: number
  readonly #timers = new Set<Timer>()

  constructor(startMs = Date.parse('2026-11-23T00:00:00.000Z')) {
    this.#nowMs = startMs
  }

  nowMs = (): number => this.#nowMs

  /** A clock of one process. Once the process is dead, nothing it waited for ever comes. */
  clock(isDead: () => boolean = () => false): StepClock {
    return {
      now: () => new Date(this.#nowMs),
      sleep: (ms, signal) =>
        new Promise((done, fail) => {
          if (signal.aborted) return fail(signal.reason)
          const timer: Timer = { atMs: this.#nowMs + ms, ring: () => isDead() || done() }
          this.#timers.add(timer)
          const end = () => {
            this.#timers.delete(timer)
            if (!isDead()) fail(signal.reason)
          }
          signal.addEventListener('abort', end, { once: true })
          const { ring } = timer
          timer.ring = () => {
            signal.removeEventListener('abort', end)
            ring()
          }
        }),
    }
  }

  /** Lets time pass until that holds. @throws when nothing is waited for any more, or after so much time */
  async until(isDone: () => boolean, withinMs = 86_400_000): Promise<void> {
    const endMs = this.#nowMs + withinMs
    for (;;) {
      // All that follows from what happened, without time passing.
      await new Promise(setImmediate)
      if (isDone()) return
      const next = [...this.#timers].reduce<Timer | null>(
        (first, each) => (first && first.atMs <= each.atMs ? first : each),
        null,
      )
      if (!next || next.atMs > endMs) throw new Error(next ? 'it takes too long' : 'nothing is waited for any more')
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.ring()
    }
  }
}
