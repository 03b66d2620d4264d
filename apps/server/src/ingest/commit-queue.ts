import { GantryError } from '@gantry/core'

/**
 * Many callers, one durable write at a time: what arrives while a write is under way goes into the next one.
 * `add` answers when its item is stored, and refuses at once when too many items or bytes already wait.
 */
export interface CommitQueue<T> {
  /** `bytes` is about what they take in memory. */
  add(items: T[], bytes?: number): Promise<void>
  /** Answers when everything accepted so far is stored. */
  drained(): Promise<void>
  readonly waiting: number
}

export function createCommitQueue<T>(parts: {
  capacity: number
  batch: number
  /** The same in bytes; one caller alone may bring more. */
  bytes?: { capacity: number; batch: number }
  write(items: T[]): Promise<void>
}): CommitQueue<T> {
  const pending: { items: T[]; bytes: number; done: () => void; failed: (cause: unknown) => void }[] = []
  let waiting = 0
  let waitingBytes = 0
  let writing: Promise<void> | null = null
  const most = parts.bytes ?? { capacity: Number.POSITIVE_INFINITY, batch: Number.POSITIVE_INFINITY }

  /** As many callers as fit into one batch, but at least one. */
  const take = () => {
    let size = 0
    let sizeBytes = 0
    let count = 0
    for (const { items, bytes } of pending) {
      if (count > 0 && (size + items.length > parts.batch || sizeBytes + bytes > most.batch)) break
      size += items.length
      sizeBytes += bytes
      count++
    }
    return pending.splice(0, count)
  }
  const whatIsFull = (count: number, bytes: number): string | null => {
    if (waiting + count > parts.capacity) return `${waiting} of ${parts.capacity} places are taken`
    if (waiting > 0 && waitingBytes + bytes > most.capacity)
      return `${waitingBytes} of ${most.capacity} bytes are taken`
    return null
  }
  const writeAll = async () => {
    while (pending.length > 0) {
      const group = take()
      const items = group.flatMap(entry => entry.items)
      await parts.write(items).then(
        () => {
          for (const { done } of group) done()
        },
        cause => {
          for (const { failed } of group) failed(cause)
        },
      )
      waiting -= items.length
      waitingBytes -= group.reduce((sum, { bytes }) => sum + bytes, 0)
    }
    writing = null
  }

  return {
    add(items, bytes = 0) {
      if (items.length === 0) return Promise.resolve()
      const full = whatIsFull(items.length, bytes)
      if (full !== null) return Promise.reject(new GantryError('INGEST_OVERLOADED', full))
      waiting += items.length
      waitingBytes += bytes
      return new Promise((done, failed) => {
        pending.push({ items, bytes, done, failed })
        writing ??= Promise.resolve().then(writeAll)
      })
    },
    drained: async () => {
      while (writing) await writing
    },
    get waiting() {
      return waiting
    },
  }
}
