import { instantMs, instantOf } from '../duration/instant.ts'
import type { Bar } from './histogram.ts'
import type { CountedLines, FoundLines, LineFacets, LineRange, LineSearch } from './line-store.ts'
import { isErrorLine } from './query/label-term.ts'
import { lineMatcher } from './query/match-line.ts'
import type { ServiceLine } from './service-line.ts'
import { FacetTally, mostFacetLines } from './tally-facets.ts'

/** Lines that an index found, in the order that was asked for. Null: reading took too long, and there is more. */
export type LinesRead = AsyncIterable<ServiceLine | null>

/** For stores that read lines from elsewhere: judges what was read until there is a page of it. */
export async function searchRead(read: LinesRead, search: LineSearch): Promise<Omit<FoundLines, 'cursor'>> {
  const limit = search.limit ?? 200
  const isForward = search.after !== undefined
  const matches = lineMatcher(search.term)
  const lines: ServiceLine[] = []
  let last = search.after ?? search.before ?? null
  const answer = (hasMore: boolean, searchedBackTo: string | null) => {
    return { lines: isForward ? lines : lines.reverse(), hasMore, searchedBackTo }
  }
  for await (const line of read) {
    if (line === null) return answer(true, last)
    last = line.id
    if (!matches(line)) continue
    if (lines.length === limit) return answer(true, null)
    lines.push(line)
  }
  return answer(false, null)
}

/** Counts what was read, from the newest line back. */
export async function countRead(read: LinesRead, range: LineRange, barMs: number): Promise<CountedLines> {
  const matches = lineMatcher(range.term)
  const bars = new BarCount(barMs)
  let last = range.to ?? instantOf(0)
  for await (const line of read) {
    // A bar of which a part was counted would be a wrong one.
    if (line === null) return bars.behind(last)
    last = line.at
    if (matches(line)) bars.add(instantMs(line.at), 1, isErrorLine(line) ? 1 : 0)
  }
  return { bars: bars.all(), countedFrom: null }
}

/** Values of what was read, from the newest line back. */
export async function facetsRead(read: LinesRead, { term }: LineRange): Promise<LineFacets> {
  const matches = lineMatcher(term)
  const tally = new FacetTally()
  const answer = (isWhole: boolean) => ({ facets: tally.facets(), lines: tally.lines, isWhole })
  for await (const line of read) {
    if (line === null || tally.lines >= mostFacetLines) return answer(false)
    if (matches(line)) tally.add(line)
  }
  return answer(true)
}

/** Bars are aligned to the epoch, so that the same bar has the same start whatever the window is. */
export class BarCount {
  readonly #bars = new Map<number, Bar>()
  readonly #barMs: number

  constructor(barMs: number) {
    this.#barMs = barMs
  }

  add(ms: number, total: number, errors: number): void {
    const start = Math.floor(ms / this.#barMs) * this.#barMs
    const bar = this.#bars.get(start) ?? { at: instantOf(start), total: 0, errors: 0 }
    this.#bars.set(start, { ...bar, total: bar.total + total, errors: bar.errors + errors })
  }

  all(): Bar[] {
    return [...this.#bars.values()].sort((a, b) => (a.at < b.at ? -1 : 1))
  }

  /** The bars behind the one that this instant is in. */
  behind(at: string): CountedLines {
    const countedFrom = instantOf((Math.floor(instantMs(at) / this.#barMs) + 1) * this.#barMs)
    return { bars: this.all().filter(bar => bar.at >= countedFrom), countedFrom }
  }
}
