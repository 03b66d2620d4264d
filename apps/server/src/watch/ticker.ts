import { systemTimers, type Timers } from '@gantry/watch'

/** Calls `work` every `everyMs`, never twice at once; `nudge` calls it as soon as possible. */
export interface Ticker {
  nudge(): void
  /** Answers when nothing runs any more. */
  stop(): Promise<void>
}

export function startTicker(
  everyMs: number,
  work: () => Promise<void>,
  onError: (cause: unknown) => void,
  timers: Timers = systemTimers,
): Ticker {
  let running: Promise<void> | null = null
  let isAskedAgain = false
  let isStopped = false
  const run = () => {
    if (isStopped) return
    if (running) {
      isAskedAgain = true
      return
    }
    running = work()
      .catch(onError)
      .finally(() => {
        running = null
        if (!isAskedAgain) return
        isAskedAgain = false
        run()
      })
  }
  const tick = () => {
    disarm = timers.after(everyMs, tick)
    run()
  }
  let disarm = timers.after(everyMs, tick)
  return {
    nudge: run,
    async stop() {
      disarm()
      isStopped = true
      await running
    },
  }
}
