import type { StreamEvent } from '@gantry/core/api'

export interface NumberedEvent {
  id: number
  event: StreamEvent
}

export interface LiveHearer {
  hear(event: NumberedEvent): void
  /** Some events may have been missed: whatever was learnt from them has to be looked up again. */
  onGap(): void
}

/** Tells every open stream what changed. Keeps the newest events, so that a stream that was cut can catch up. */
export interface LiveHub {
  /** Something changed here: the streams of the other servers are told, too. */
  tell(event: StreamEvent): void
  /** Another server said that something changed. */
  pass(event: StreamEvent): void
  /** What other servers said may have been missed. */
  miss(): void
  /** Every event from now on, until the returned function is called. */
  listen(hearer: LiveHearer): () => void
  /** Those after `id`, or null when some of them are forgotten. */
  since(id: number): NumberedEvent[] | null
  /** As streams name an event. Each server counts by itself, so that the number alone would say nothing to another one. */
  nameOf(id: number): string
  /** Null when the name is not of this start of this server. */
  numberOf(name: string): number | null
  readonly lastId: number
  /** Number of the newest event of a project that has one of these topics, or may have; 0: there was none since the start. */
  lastOf(project: string, topics: readonly StreamEvent['topic'][]): number
  readonly listeners: number
}

const kept = 2_000

/** `server` names this start of this server; `onTold` hands on what is told here. */
export function createLiveHub(
  firstId: number,
  server = 'server',
  onTold: (event: StreamEvent) => void = () => undefined,
): LiveHub {
  const hearers = new Set<LiveHearer>()
  const recent: NumberedEvent[] = []
  const newest = new Map<string, Map<StreamEvent['topic'], number>>()
  let lastId = firstId
  let missedId = 0
  const pass = (event: StreamEvent) => {
    const numbered = { id: ++lastId, event }
    recent.push(numbered)
    newest.set(event.project, (newest.get(event.project) ?? new Map()).set(event.topic, numbered.id))
    if (recent.length > kept) recent.shift()
    for (const { hear } of hearers) hear(numbered)
  }
  return {
    pass,
    tell(event) {
      pass(event)
      onTold(event)
    },
    miss() {
      // A number that no event has: whoever comes back with an older one is told of a gap.
      missedId = ++lastId
      recent.length = 0
      for (const { onGap } of hearers) onGap()
    },
    listen(hearer) {
      hearers.add(hearer)
      return () => hearers.delete(hearer)
    },
    since(id) {
      if (id === lastId) return []
      const oldest = recent[0]
      if (id > lastId || !oldest || id < oldest.id - 1) return null
      return recent.filter(event => event.id > id)
    },
    nameOf: id => `${server}-${id}`,
    numberOf(name) {
      const [, number] = name.startsWith(`${server}-`) ? (/-(\d+)$/.exec(name) ?? []) : []
      return number === undefined ? null : Number(number)
    },
    lastOf: (project, topics) => Math.max(missedId, ...topics.map(topic => newest.get(project)?.get(topic) ?? 0)),
    get lastId() {
      return lastId
    },
    get listeners() {
      return hearers.size
    },
  }
}
