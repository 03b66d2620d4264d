import type { StreamEvent } from '@gantry/core/api'

export interface NumberedEvent {
  id: number
  event: StreamEvent
}

/** Tells every open stream what changed. Keeps the newest events, so that a stream that was cut can catch up. */
export interface LiveHub {
  tell(event: StreamEvent): void
  /** Every event from now on, until the returned function is called. */
  listen(hear: (event: NumberedEvent) => void): () => void
  /** Those after `id`, or null when some of them are forgotten. */
  since(id: number): NumberedEvent[] | null
  readonly lastId: number
  readonly listeners: number
}

const kept = 2_000

export function createLiveHub(firstId: number): LiveHub {
  const hearers = new Set<(event: NumberedEvent) => void>()
  const recent: NumberedEvent[] = []
  let lastId = firstId
  return {
    tell(event) {
      const numbered = { id: ++lastId, event }
      recent.push(numbered)
      if (recent.length > kept) recent.shift()
      for (const hear of hearers) hear(numbered)
    },
    listen(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    since(id) {
      if (id === lastId) return []
      const oldest = recent[0]
      if (id > lastId || !oldest || id < oldest.id - 1) return null
      return recent.filter(event => event.id > id)
    },
    get lastId() {
      return lastId
    },
    get listeners() {
      return hearers.size
    },
  }
}
