import type { IncidentEntry } from '@gantry/core/api'

/** What the key view leaves out: what was ticked. Everything else changed something. */
const minor: ReadonlySet<IncidentEntry['kind']> = new Set(['step'])

export interface TimelineDay {
  day: string
  entries: IncidentEntry[]
}

/** Entries by UTC day, in the order they are read; `entries` come oldest first. */
export function timelineDays(entries: IncidentEntry[], show: { key: boolean; newestFirst: boolean }): TimelineDay[] {
  const kept = show.key ? entries.filter(({ kind }) => !minor.has(kind)) : entries
  const ordered = show.newestFirst ? kept.toReversed() : kept
  const days = Map.groupBy(ordered, ({ at }) => at.slice(0, 10))
  return [...days].map(([day, group]) => ({ day, entries: group }))
}

/** `T+0:31`, `T+1:02:09`: how long after it opened. */
export function sinceOpened(at: string, openedAt: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(at) - Date.parse(openedAt)) / 1000))
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return h > 0 ? `T+${h}:${two(m)}:${two(s)}` : `T+${m}:${two(s)}`
}
