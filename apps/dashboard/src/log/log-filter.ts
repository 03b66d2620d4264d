export const ranges = [
  ['15m', 'Last 15 minutes', 15],
  ['1h', 'Last hour', 60],
  ['6h', 'Last 6 hours', 360],
  ['24h', 'Last 24 hours', 1440],
] as const

export interface LogSearch {
  q?: string
  service?: string
  environment?: string
  release?: string
  /** That level and worse. */
  level?: string
  traceId?: string
  range?: string
  from?: string
  to?: string
  live?: string
  line?: string
}

type Filter = Pick<LogSearch, 'q' | 'service' | 'environment' | 'release' | 'level' | 'traceId'>
/** What is chosen beside the box, and how it is written in it. */
const words = [
  ['service', 'service:'],
  ['environment', 'env:'],
  ['release', 'release:'],
  ['level', 'level:>='],
  ['traceId', 'trace:'],
] as const

/**
 * `service:backend level:>=error refund` is what a person types. Each part that is chosen beside the box, too, is a field of the
 * address; the rest is searched as it stands, and all of it when it is more than words beside each other.
 */
export function parseFilter(text: string): Filter {
  if (/["()]|\bOR\b|\|\|/.test(text)) return { q: text.trim() }
  const found: Filter = {}
  const rest: string[] = []
  for (const word of text.trim().split(/\s+/)) {
    const [field, written] = words.find(([, written]) => word.startsWith(written)) ?? []
    const value = written === undefined ? '' : word.slice(written.length)
    if (field && found[field] === undefined && /^[^*<>]+$/.test(value) && !value.includes('..')) found[field] = value
    else if (word) rest.push(word)
  }
  return rest.length > 0 ? { ...found, q: rest.join(' ') } : found
}

export function filterText(search: LogSearch): string {
  const named = words.flatMap(([field, written]) => (search[field] ? [`${written}${quoted(search[field])}`] : []))
  return [...named, ...(search.q ? [search.q] : [])].join(' ')
}

const quoted = (value: string): string => (/[\s"()]/.test(value) ? JSON.stringify(value) : value)

/** One more condition behind a search: only lines where a field has that value. */
export const narrowedBy = (search: LogSearch, name: string, value: string): string =>
  [search.q, `${name}:${/^[^\s"()*<>]+$/.test(value) && !value.includes('..') ? value : JSON.stringify(value)}`]
    .filter(Boolean)
    .join(' ')

/** Fields for the server; a range is counted back from now, a fixed one is as it was given. */
export function logQuery(search: LogSearch, now: number): Record<string, string | undefined> {
  const minutes = ranges.find(([name]) => name === search.range)?.[2] ?? 15
  const isFixed = Boolean(search.from)
  return {
    q: search.q,
    service: search.service,
    environment: search.environment,
    release: search.release,
    level: search.level,
    traceId: search.traceId,
    from: isFixed ? search.from : new Date(now - minutes * 60_000).toISOString(),
    ...(isFixed && search.to && { to: search.to }),
  }
}
