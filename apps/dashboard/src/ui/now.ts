import { useSyncExternalStore } from 'react'

/** How far the server's clock is before this computer's, as the live stream last said. */
let aheadMs = 0
export const serverNow = (): number => Date.now() + aheadMs
export function setServerAhead(ms: number): void {
  aheadMs = ms
}

/** One clock for the whole page: every time text ticks together, and nothing ticks when nobody listens. */
function ticker(everyMs: number) {
  const hearers = new Set<() => void>()
  let timer: ReturnType<typeof setInterval> | undefined
  let value = 0
  return {
    subscribe(hear: () => void) {
      hearers.add(hear)
      if (!timer) {
        value = serverNow()
        timer = setInterval(() => {
          value = serverNow()
          for (const each of hearers) each()
        }, everyMs)
      }
      return () => {
        hearers.delete(hear)
        if (hearers.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
    read() {
      if (!timer) value ||= serverNow()
      return value
    },
  }
}

const clock = ticker(1_000)

export const useSeconds = (): number => useSyncExternalStore(clock.subscribe, clock.read)

/**
 * What is told of a moment, by the same clock as every duration, and drawn anew only when its words change. The clock is
 * never before a moment that has passed already: what happened since its last tick is not "in 1s".
 */
export function useTold(at: string, tell: (now: number) => string): string {
  return useSyncExternalStore(clock.subscribe, () => {
    const now = clock.read()
    return tell(Math.max(now, Math.min(Date.parse(at), serverNow())))
  })
}
