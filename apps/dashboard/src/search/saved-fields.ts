import type { SavedSearchView } from '@gantry/core/api'

/** What of an address is a search; the rest is of a moment. */
const fieldsOf = {
  logs: ['q', 'service', 'environment', 'release', 'level', 'traceId', 'range', 'from', 'to', 'columns'],
  issues: ['q', 'state', 'environment', 'release'],
} as const

export type SearchKind = SavedSearchView['kind']
export type SearchFields = Record<string, string>

export function searchFields(kind: SearchKind, address: Readonly<Record<string, string | undefined>>): SearchFields {
  return Object.fromEntries(
    fieldsOf[kind].flatMap(name => {
      const value = address[name]
      return value ? [[name, value]] : []
    }),
  )
}

/** An address that shows that search, and nothing of the one before. */
export const addressOf = ({ id, search }: Pick<SavedSearchView, 'id' | 'search'>): SearchFields => ({
  ...(search as SearchFields),
  saved: id,
})

/** The same, of the time until it is opened; an empty range leaves the times it has. */
export function ofTime(search: SearchFields, range: string): SearchFields {
  const { from: _from, to: _to, ...timeless } = search
  return range === '' ? search : { ...timeless, range }
}

export function isSameSearch(one: SearchFields, other: SearchFields): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every(name => one[name] === other[name])
}

/** `level:error · last 6h`: what a search looks for, in a line. */
export function searchInWords(search: SearchFields): string {
  const { q, range, from, to, columns, ...named } = search
  const words = Object.entries(named).map(([name, value]) => `${name === 'traceId' ? 'trace' : name}:${value}`)
  const said = (at: string) => at.replace('T', ' ').replace(/(:\d\d)?(\.\d+)?Z$/, '')
  const time = from ? `${said(from)} to ${to ? said(to) : 'now'}` : range ? `last ${range}` : ''
  return [q, ...words, time, columns && `columns ${columns}`].filter(Boolean).join(' · ') || 'everything'
}
