import { type FoundLines, instantMs, type LineSearch, latestNewsMs, lineMatcher, type ServiceLine } from '@gantry/core'
import { dayEnd } from './day-folder.ts'
import { dayMs, dayStart, type Position, positionOf, rowsOfMs } from './position.ts'
import type { DayReader, DayRow, RowRange } from './read-day.ts'

/** A search that looks at millions of lines answers what it found by then. */
const budgetMs = 1_500
const rowsBetweenLooks = 512
/** How far lines of one moment may stand behind it: see `Position`. */
const spillMs = 1_000

export interface SearchedDays {
  project: string
  /** Oldest first. */
  days: readonly string[]
  /** Null: nothing is in its file yet. */
  open(day: string): DayReader | null
}

export function searchDays({ project, days, open }: SearchedDays, search: LineSearch): Omit<FoundLines, 'cursor'> {
  const limit = search.limit ?? 200
  const isForward = search.after !== undefined
  const bounds = boundsOf(search)
  const matches = lineMatcher(search.term)
  const lines: ServiceLine[] = []
  const untilMs = performance.now() + budgetMs
  const answer = (hasMore: boolean, searchedBackTo: string | null) => {
    return { lines: isForward ? lines : lines.reverse(), hasMore, searchedBackTo }
  }
  for (const day of isForward ? days : days.toReversed()) {
    const range = rangeIn(day, bounds)
    if (range === null) continue
    const file = open(day)
    if (file === null) continue
    const compiled = file.compile(search.term)
    let looked = 0
    for (const row of file.rows(compiled, range, isForward ? 'asc' : 'desc')) {
      if (isWithin(row, bounds) && (compiled.isExact || matches(row))) {
        if (lines.length === limit) return answer(true, null)
        lines.push(row.whole(project))
      }
      if (++looked % rowsBetweenLooks === 0 && performance.now() > untilMs) return answer(true, row.id)
    }
  }
  return answer(false, null)
}

const isWithin = ({ ms, arrived }: DayRow, { fromMs, toMs, sinceMs }: Bounds): boolean =>
  ms >= fromMs && ms < toMs && arrived > sinceMs

export interface Bounds {
  fromMs: number
  toMs: number
  sinceMs: number
  before: Position | null
  after: Position | null
}

export function boundsOf({ from, to, since, before, after }: LineSearch): Bounds {
  const sinceMs = since === undefined ? Number.NEGATIVE_INFINITY : Number(since)
  return {
    fromMs: Math.max(from === undefined ? Number.NEGATIVE_INFINITY : instantMs(from), sinceMs - latestNewsMs),
    toMs: to === undefined ? Number.POSITIVE_INFINITY : instantMs(to),
    sinceMs,
    before: before === undefined ? null : positionOf(before),
    after: after === undefined ? null : positionOf(after),
  }
}

/** Rows of a day that can be within; null: none. */
export function rangeIn(day: string, { fromMs, toMs, before, after }: Bounds): RowRange | null {
  if (dayEnd(day) <= fromMs || dayStart(day) >= toMs) return null
  if ((before !== null && before.day < day) || (after !== null && after.day > day)) return null
  const first = Math.max(0, (fromMs - dayStart(day)) * rowsOfMs, after?.day === day ? after.row + 1 : 0)
  const last = Math.min(
    dayMs * rowsOfMs,
    (toMs - dayStart(day) + spillMs) * rowsOfMs,
    before?.day === day ? before.row - 1 : Number.POSITIVE_INFINITY,
  )
  return first > last ? null : { first, last }
}

export function findLine({ project, days, open }: SearchedDays, id: string): ServiceLine | null {
  const position = positionOf(id)
  if (position === null || !days.includes(position.day)) return null
  return open(position.day)?.row(position.row)?.whole(project) ?? null
}
