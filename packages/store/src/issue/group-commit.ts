import { setTimeout as sleep } from 'node:timers/promises'

interface Caller<T, R> {
  items: T[]
  bytes: number
  resolve(results: R[]): void
  reject(cause: unknown): void
}

/**
 * Many callers, one durable write at a time: what arrives while a write is under way goes into the next one, and each
 * caller gets the results of its own items. One caller may bring more than a batch takes; it is then written alone.
 *
 * A write costs much of its own, however few it writes: after one for `gather.from` callers or more, the next waits
 * `gather.ms` for company. Whoever comes when little goes on never waits.
 */
export function groupCommit<T, R>(parts: {
  most: { items: number; bytes: number }
  gather: { from: number; ms: number }
  bytesOf(item: T): number
  /** Answers one result per item, in order. */
  write(items: T[]): Promise<R[]>
}): (items: T[]) => Promise<R[]> {
  const waiting: Caller<T, R>[] = []
  let isWriting = false

  const batch = (): Caller<T, R>[] => {
    let [items, bytes, count] = [0, 0, 0]
    for (const caller of waiting) {
      items += caller.items.length
      bytes += caller.bytes
      if (count > 0 && (items > parts.most.items || bytes > parts.most.bytes)) break
      count++
    }
    return waiting.splice(0, count)
  }
  const writeBatch = async (callers: Caller<T, R>[]) => {
    try {
      const results = await parts.write(callers.flatMap(({ items }) => items))
      let from = 0
      for (const { items, resolve } of callers) {
        resolve(results.slice(from, from + items.length))
        from += items.length
      }
    } catch (cause) {
      for (const { reject } of callers) reject(cause)
    }
  }
  const writeAll = async () => {
    while (waiting.length > 0) {
      const callers = batch()
      await writeBatch(callers)
      if (callers.length >= parts.gather.from && waiting.length < parts.most.items) await sleep(parts.gather.ms)
    }
    isWriting = false
  }
  return items =>
    new Promise((resolve, reject) => {
      waiting.push({ items, bytes: items.reduce((sum, item) => sum + parts.bytesOf(item), 0), resolve, reject })
      if (isWriting) return
      isWriting = true
      // What comes in the same moment goes together, from the first write on.
      queueMicrotask(writeAll)
    })
}
