export interface Paced {
  /** Asks for the work to be done; what is asked for while it is done is done once more behind it. */
  soon(): void
  stop(): void
}

/** Does the work at most once in a while, never twice at a time, and only when it may be done at that moment. */
export function paced(work: () => Promise<void>, parts: { apartMs: number; mayRun: () => boolean }): Paced {
  const { apartMs, mayRun } = parts
  let timer: ReturnType<typeof setTimeout> | undefined
  let isAgain = false
  let isStopped = false
  const run = async () => {
    isAgain = false
    if (mayRun()) await work()
    timer = undefined
    if (isAgain) soon()
  }
  const soon = () => {
    if (isStopped || !mayRun()) return
    isAgain = true
    timer ??= setTimeout(() => void run(), apartMs)
  }
  return {
    soon,
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
