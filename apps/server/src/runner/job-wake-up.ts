import type { LiveHub } from '../live/live-hub.ts'

/** Tells one who waits for a job, or for what becomes of one, that something happened since the last look. */
export interface JobWakeUp {
  /** Answers at once when something happened since it answered last; else when something does, or the time is over. */
  wait(ms: number, signal?: AbortSignal): Promise<void>
  stop(): void
}

export function jobWakeUp(live: Pick<LiveHub, 'listen'>, isWanted: (key: string) => boolean = () => true): JobWakeUp {
  let heard = Promise.withResolvers<void>()
  const stop = live.listen({
    hear({ event }) {
      if (event.topic === 'runner' && isWanted(event.key)) heard.resolve()
    },
    onGap: () => heard.resolve(),
  })
  return {
    async wait(ms, signal) {
      const over = Promise.withResolvers<void>()
      const timer = setTimeout(over.resolve, ms)
      signal?.addEventListener('abort', () => over.resolve(), { once: true })
      if (signal?.aborted) over.resolve()
      const isHeard = await Promise.race([heard.promise.then(() => true), over.promise.then(() => false)])
      clearTimeout(timer)
      if (isHeard) heard = Promise.withResolvers()
    },
    stop,
  }
}
