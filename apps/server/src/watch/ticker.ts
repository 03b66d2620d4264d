/** Calls `work` every `everyMs`, never twice at once; `nudge` calls it as soon as possible. */
export interface Ticker {
  nudge(): void
  /** Answers when nothing runs any more. */
  stop(): Promise<void>
}

export function startTicker(everyMs: number, work: () => Promise<void>, onError: (cause: unknown) => void): Ticker {
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
  const timer = setInterval(run, everyMs)
  return {
    nudge: run,
    async stop() {
      clearInterval(timer)
      isStopped = true
      await running
    },
  }
}
