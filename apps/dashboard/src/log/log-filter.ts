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
  level?: string
  traceId?: string
  range?: string
  from?: string
  to?: string
  live?: string
  line?: string
}

const words = ['service', 'environment', 'release', 'level', 'traceId'] as const
const aliases: Record<string, (typeof words)[number]> = {
  service: 'service',
  env: 'environment',
  environment: 'environment',
  release: 'release',
  level: 'level',
  trace: 'traceId',
}

/** `service:backend level:error refund` is what a person types; each named part is its own field of the address. */
export function parseFilter(text: string): Pick<LogSearch, 'q' | (typeof words)[number]> {
  const found: Pick<LogSearch, 'q' | (typeof words)[number]> = {}
  const rest: string[] = []
  for (const word of text.trim().split(/\s+/)) {
    const [, name = '', value = ''] = /^(\w+):(\S+)$/.exec(word) ?? []
    const field = aliases[name]
    if (field) found[field] = value
    else if (word) rest.push(word)
  }
  return rest.length > 0 ? { ...found, q: rest.join(' ') } : found
}

export function filterText(search: LogSearch): string {
  const shown = {
    service: 'service',
    environment: 'env',
    release: 'release',
    level: 'level',
    traceId: 'trace',
  } as const
  const named = words.flatMap(field => (search[field] ? [`${shown[field]}:${search[field]}`] : []))
  return [...named, ...(search.q ? [search.q] : [])].join(' ')
}

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
