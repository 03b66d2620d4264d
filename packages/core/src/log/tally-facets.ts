import type { Facet } from './line-store.ts'
import { fieldValues, type SearchedLine } from './query/line-values.ts'

/** Lines that facets are read of: the newest. */
export const mostFacetLines = 5_000
const mostFields = 12
const mostValues = 10
/** A field with more values than this tells lines apart, and does not group them. */
const mostDistinct = 200
const longest = 100
const own = ['level', 'service', 'environment', 'release'] as const

/** Counts what lines say, one after the other. */
export class FacetTally {
  readonly #counts = new Map<string, Map<string, number>>(own.map(name => [name, new Map()]))
  lines = 0

  add(line: SearchedLine): void {
    this.lines++
    for (const name of own) this.#add(name, line[name])
    for (const [name, value] of fieldValues(line.fields)) if (value.length <= longest) this.#add(name, value)
  }

  /** What every line has first, then the fields that most lines have. */
  facets(): Facet[] {
    const all = [...this.#counts].map(([name, counts]) => ({
      name,
      isOwn: (own as readonly string[]).includes(name),
      distinct: counts.size,
      total: [...counts.values()].reduce((sum, count) => sum + count, 0),
      values: [...counts]
        .map(([value, count]) => ({ value, count }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
        .slice(0, mostValues),
    }))
    const fields = all
      .filter(({ isOwn, distinct, total }) => !isOwn && distinct <= mostDistinct && (distinct < total || total === 1))
      .sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1))
    return [...all.filter(({ isOwn }) => isOwn), ...fields.slice(0, mostFields)]
      .filter(({ values }) => values.length > 0)
      .map(({ name, values }) => ({ name, values }))
  }

  #add(name: string, value: string | null): void {
    if (value === null) return
    const counts = this.#counts.get(name) ?? new Map<string, number>()
    this.#counts.set(name, counts)
    if (counts.size <= mostDistinct || counts.has(value)) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
}
