import { useSyncExternalStore } from 'react'

/** How far this computer's clock is from the server's, as the live stream last said. */
let offsetMs = 0
export const serverNow = (): number => Date.now() + offsetMs
export function setServerTime(iso: string): void {
  offsetMs = Date.parse(iso) - Date.now()
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

const slow = ticker(15_000)
const fast = ticker(1_000)

export const useNow = (): number => useSyncExternalStore(slow.subscribe, slow.read)
export const useSeconds = (): number => useSyncExternalStore(fast.subscribe, fast.read)
