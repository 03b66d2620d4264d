import type { LogPage, ServiceLine } from '@gantry/core/api'

interface Lines {
  lines: ServiceLine[]
  hasOlder: boolean
  skipped: number
}

/** Newer lines behind those that are there; beyond the cap the oldest go, and what could not be shown is counted. */
export function withNewer<T extends Lines>(held: T, newer: Pick<LogPage, 'lines' | 'hasMore'>, cap: number): T {
  const lastId = held.lines.at(-1)?.id
  const fresh = newer.lines.filter(({ id }) => lastId === undefined || id > lastId)
  if (fresh.length === 0) return held
  const lines = [...held.lines, ...fresh]
  const over = Math.max(0, lines.length - cap)
  return {
    ...held,
    lines: over > 0 ? lines.slice(over) : lines,
    hasOlder: held.hasOlder || over > 0,
    skipped: held.skipped + (newer.hasMore && lastId !== undefined ? 1 : 0),
  }
}
