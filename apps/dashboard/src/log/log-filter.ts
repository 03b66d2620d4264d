export const ranges = [
  ['15m', 'Last 15 minutes', 15],
  ['1h', 'Last hour', 60],
  ['6h', 'Last 6 hours', 360],
  ['24h', 'Last 24 hours', 1440],
] as const

export const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

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
  /** Names of fields with commas between; what a line is as a whole without. */
  columns?: string
  /** Id of the saved search it was begun with. */
  saved?: string
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
    if (field && found[field] === undefined && isChoice(field, value)) found[field] = value
    else if (word) rest.push(word)
  }
  return rest.length > 0 ? { ...found, q: rest.join(' ') } : found
}

/** What is no level is searched as it stands: it is refused there with its place. */
const isChoice = (field: keyof Filter, value: string): boolean =>
  field === 'level' ? (levels as readonly string[]).includes(value) : /^[^*<>]+$/.test(value) && !value.includes('..')

export function filterText(search: LogSearch): string {
  const named = words.flatMap(([field, written]) => (search[field] ? [`${written}${quoted(search[field])}`] : []))
  return [...named, ...(search.q ? [search.q] : [])].join(' ')
}

const quoted = (value: string): string => (/[\s"()]/.test(value) ? JSON.stringify(value) : value)

/** One more condition behind a search: only lines where a field has that value. */
export function narrowedBy(search: LogSearch, name: string, value: string, isNot = false): string {
  // A search that is either this or that stays one, and is not the last of its words alone.
  const q = /\bOR\b|\|\|/.test(search.q ?? '') ? `(${search.q})` : search.q
  return [q, `${isNot ? '-' : ''}${writtenName(name)}:${writtenValue(value)}`].filter(Boolean).join(' ')
}

/** As a name has to be written, to be read as one: every other sign is found by `_`, and a digit is no beginning. */
export function writtenName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}_.@/-]/gu, '_')
  return /^[\p{L}_@]/u.test(plain) ? plain : `@${plain}`
}

/** As a value has to be written, to be read as that and nothing more. */
export const writtenValue = (value: string): string =>
  /^[^\s"()*<>]+$/.test(value) && !value.includes('..') ? value : JSON.stringify(value)

/** The same search at the same time for whoever opens it, and whenever. */
export function fixedSearch({ live: _live, range: _range, ...search }: LogSearch, now: number): LogSearch {
  const { from, to } = logQuery({ ...search, ...(_range && { range: _range }) }, now)
  return { ...search, ...(from && { from }), to: to ?? new Date(now).toISOString() }
}

export const columnsIn = ({ columns = '' }: Pick<LogSearch, 'columns'>): string[] => [
  ...new Set(
    columns
      .split(',')
      .map(name => name.trim())
      .filter(Boolean),
  ),
]

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
