import { GantryError } from '@gantry/core'

/**
 * Many callers, one durable write at a time: what arrives while a write is under way goes into the next one.
 * `add` answers when its item is stored, and refuses at once when `capacity` items already wait.
 */
export interface CommitQueue<T> {
  add(items: T[]): Promise<void>
  /** Answers when everything accepted so far is stored. */
  drained(): Promise<void>
  readonly waiting: number
}

export function createCommitQueue<T>(parts: {
  capacity: number
  batch: number
  write(items: T[]): Promise<void>
}): CommitQueue<T> {
  const pending: { items: T[]; done: () => void; failed: (cause: unknown) => void }[] = []
  let waiting = 0
  let writing: Promise<void> | null = null

  /** As many callers as fit into one batch, but at least one. */
  const take = () => {
    let size = 0
    let count = 0
    for (const { items } of pending) {
      if (count > 0 && size + items.length > parts.batch) break
      size += items.length
      count++
    }
    return pending.splice(0, count)
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
    }
    writing = null
  }

  return {
    add(items) {
      if (items.length === 0) return Promise.resolve()
      if (waiting + items.length > parts.capacity) {
        return Promise.reject(new GantryError('INGEST_OVERLOADED', `${waiting} of ${parts.capacity} places are taken`))
      }
      waiting += items.length
      return new Promise((done, failed) => {
        pending.push({ items, done, failed })
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
