import { StreamEvent } from '@gantry/core/api'
import { type Database, openSignals, type Signals } from '@gantry/store'
import * as z from 'zod'

const Said = z.object({ from: z.string(), kind: z.string(), body: z.unknown() })

/** What the servers of one database say to each other in passing. It may be missed: nothing may depend on it alone. */
export interface ServerBus {
  /** False when it is too long to be said. */
  say(kind: string, body: unknown): boolean
  /** What another server said, from now on. */
  hear(kind: string, hear: (body: unknown) => void): void
  onGap(act: () => void): void
  stop(): Promise<void>
}

export async function openServerBus(
  database: Database,
  self: string,
  onError: (cause: unknown) => void,
): Promise<ServerBus> {
  const hearers = new Map<string, ((body: unknown) => void)[]>()
  const gapActs: (() => void)[] = []
  const signals: Signals = await openSignals(database, {
    hear(text) {
      try {
        const { from, kind, body } = Said.parse(JSON.parse(text))
        if (from !== self) for (const hear of hearers.get(kind) ?? []) hear(body)
      } catch (cause) {
        onError(cause)
      }
    },
    onGap() {
      for (const act of gapActs) act()
    },
    onError,
  })
  return {
    say: (kind, body) => signals.send(JSON.stringify({ from: self, kind, body })),
    hear: (kind, hear) => void hearers.set(kind, [...(hearers.get(kind) ?? []), hear]),
    onGap: act => void gapActs.push(act),
    stop: () => signals.stop(),
  }
}

/** Says what changed here, with fewer lines at once where they are too many for one signal. */
export function sayLive(bus: ServerBus, event: StreamEvent): void {
  if (bus.say('live', event)) return
  const { lines } = event
  if (lines === undefined || lines.length < 2) return void bus.say('live-gap', {})
  const half = Math.ceil(lines.length / 2)
  sayLive(bus, { ...event, lines: lines.slice(0, half) })
  sayLive(bus, { ...event, lines: lines.slice(half) })
}

export function hearLive(bus: ServerBus, hub: { pass(event: StreamEvent): void; miss(): void }): void {
  bus.hear('live', body => hub.pass(StreamEvent.parse(body)))
  bus.hear('live-gap', () => hub.miss())
  bus.onGap(() => hub.miss())
}
