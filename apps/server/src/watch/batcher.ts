/** Gathers what comes in and hands it on in one piece, a while after the first of it; what failed is handed on again. */
export interface Batcher<T> {
  add(items: T[]): void
  /** Hands on what is gathered now. */
  flush(): Promise<void>
  stop(): Promise<void>
}

const mostKept = 50_000

export function createBatcher<T>(parts: {
  afterMs: number
  write(items: T[]): Promise<void>
  onError(cause: unknown): void
  /** What could not be written for so long that there is no room for it any more. */
  onDropped?(items: T[]): void
}): Batcher<T> {
  let gathered: T[] = []
  let tail: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | null = null
  let isStopped = false
  const flushLater = () => {
    if (timer === null && !isStopped) timer = setTimeout(flush, parts.afterMs)
  }
  const flush = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    tail = tail.then(async () => {
      if (gathered.length === 0) return
      const items = gathered
      gathered = []
      await parts.write(items).catch(cause => {
        const all = [...items, ...gathered]
        gathered = all.slice(-mostKept)
        if (all.length > mostKept) parts.onDropped?.(all.slice(0, -mostKept))
        parts.onError(cause)
        flushLater()
      })
    })
    return tail
  }
  return {
    add(items) {
      gathered.push(...items)
      if (gathered.length > 0) flushLater()
    },
    flush,
    async stop() {
      isStopped = true
      await flush()
    },
  }
}
