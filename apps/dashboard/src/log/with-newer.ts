import type { LogPage, ServiceLine } from '@gantry/core/api'

interface Lines {
  lines: ServiceLine[]
  hasOlder: boolean
  skipped: number
}

/**
 * Lines that came in, among those that are there, each once and where its time is; beyond the cap the oldest go, and what could
 * not be shown is counted.
 */
export function withNewer<T extends Lines>(held: T, newer: Pick<LogPage, 'lines' | 'hasMore'>, cap: number): T {
  const known = new Set(held.lines.map(({ id }) => id))
  const fresh = newer.lines.filter(({ id }) => !known.has(id))
  if (fresh.length === 0) return held
  const lines = [...held.lines, ...fresh]
  // Nearly always they are behind those that are there.
  if ((fresh[0]?.id ?? '') < (held.lines.at(-1)?.id ?? '')) lines.sort((a, b) => (a.id < b.id ? -1 : 1))
  const over = Math.max(0, lines.length - cap)
  return {
    ...held,
    lines: over > 0 ? lines.slice(over) : lines,
    hasOlder: held.hasOlder || over > 0,
    skipped: held.skipped + (newer.hasMore && held.lines.length > 0 ? 1 : 0),
  }
}
