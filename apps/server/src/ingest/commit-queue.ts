import { GantryError } from '@gantry/core'

/**
 * The door of the ingest: as many may be inside as can be stored in good time. `add` answers when its items are stored,
 * and refuses at once when too many, or too many bytes, are not.
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
  /** Of all that wait together; one caller alone may bring more. */
  capacityBytes: number
  /** Joins what waits into one durable write, or not: see the store. */
  write(items: T[]): Promise<void>
}): CommitQueue<T> {
  const { capacity, capacityBytes } = parts
  const writes = new Set<Promise<void>>()
  let waiting = 0
  let waitingBytes = 0

  const whatIsFull = (count: number, bytes: number): string | null => {
    if (waiting + count > capacity) return `${waiting} of ${capacity} places are taken`
    if (waiting > 0 && waitingBytes + bytes > capacityBytes)
      return `${waitingBytes} of ${capacityBytes} bytes are taken`
    return null
  }
  // Holds numbers only: what waits for its write should not keep the items it was made of.
  const follow = async (write: Promise<void>, count: number, bytes: number) => {
    writes.add(write)
    waiting += count
    waitingBytes += bytes
    try {
      await write
    } finally {
      writes.delete(write)
      waiting -= count
      waitingBytes -= bytes
    }
  }

  return {
    add(items, bytes = 0) {
      if (items.length === 0) return Promise.resolve()
      const full = whatIsFull(items.length, bytes)
      if (full !== null) return Promise.reject(new GantryError('INGEST_OVERLOADED', full))
      return follow(parts.write(items), items.length, bytes)
    },
    async drained() {
      while (writes.size > 0) await Promise.allSettled(writes)
    },
    get waiting() {
      return waiting
    },
  }
}
