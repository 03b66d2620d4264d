import {
  BarCount,
  type CountedLines,
  instantOf,
  isErrorLine,
  isOfLabels,
  type LineRange,
  type LineTerm,
  lineMatcher,
} from '@gantry/core'
import type { Compiled } from '../index/compile-term.ts'
import type { Label } from './day-file.ts'
import { fts5Match } from './fts5-match.ts'
import { rowsOfMs } from './position.ts'
import type { DayReader } from './read-day.ts'
import { countSteps } from './schema.ts'
import { boundsOf, rangeIn, type SearchedDays } from './search-days.ts'

const budgetMs = 1_200
const rowsBetweenLooks = 512

/** Counts by what is kept beside the lines where that suffices, else by the index, else by reading; the newest first. */
export function countDays({ days, open }: SearchedDays, range: LineRange, barMs: number): CountedLines {
  const bounds = boundsOf(range)
  const bars = new BarCount(barMs)
  const add: Add = (ms, total, errors) => bars.add(ms, total, errors)
  const untilMs = performance.now() + budgetMs
  let countedFrom: number | null = null
  for (const day of days.toReversed()) {
    if (rangeIn(day, bounds) === null) continue
    const file = open(day)
    const extent = file?.extent() ?? null
    if (file === null || extent === null) continue
    const span = { from: Math.max(bounds.fromMs, extent.from), to: Math.min(bounds.toMs, extent.to) }
    countedFrom = isOfLabels(range.term)
      ? countLabels(file, range.term, span, barMs, add)
      : countFound(file, range.term, span, barMs, untilMs, add)
    if (countedFrom !== null) break
  }
  return {
    bars: bars.all(),
    countedFrom: countedFrom === null ? null : instantOf(countedFrom),
  }
}

interface Span {
  from: number
  to: number
}
type Add = (ms: number, total: number, errors: number) => void

function countLabels(file: DayReader, term: LineTerm | null, span: Span, barMs: number, add: Add): null {
  const matches = lineMatcher(term)
  const labels = new Map([...file.labels()].map(([id, label]) => [id, { isWanted: matches(lineOf(label)), label }]))
  const steps = countSteps.filter(step => barMs % step === 0).toSorted((a, b) => b - a)
  const addLabel = (ms: number, labelId: number, count: number) => {
    const known = labels.get(labelId)
    if (known?.isWanted) add(ms, count, isErrorLine(known.label) ? count : 0)
  }
  const counted = file.database.prepare(
    'select slot, label, lines from counts where step = ? and slot >= ? and slot < ?',
  )
  const read = file.database.prepare('select id, label, shift from lines where id >= ? and id <= ?')
  for (const piece of piecesOf({ from: span.from - file.start, to: span.to - file.start }, steps)) {
    if (piece.step !== null)
      for (const { slot, label, lines } of counted.iterate(piece.step, piece.from, piece.to))
        addLabel(file.start + Number(slot) * piece.step, Number(label), Number(lines))
    else {
      const { first, last } = rowsOf(file, { from: piece.from + file.start, to: piece.to + file.start })
      for (const { id, label, shift } of read.iterate(first, last)) {
        const within = Math.floor(Number(id) / rowsOfMs) - Number(shift)
        if (within >= piece.from && within < piece.to) addLabel(file.start + within, Number(label), 1)
      }
    }
  }
  return null
}

function rowsOf(file: DayReader, { from, to }: Span) {
  const none = { sinceMs: Number.NEGATIVE_INFINITY, before: null, after: null }
  return rangeIn(file.day, { fromMs: from, toMs: to, ...none }) ?? { first: 0, last: -1 }
}

/** A span in as few pieces as can be: whole slots of what is counted, and what is left at both ends. */
function* piecesOf(
  { from, to }: Span,
  [step, ...finer]: readonly number[],
): Generator<{ step: number | null; from: number; to: number }> {
  if (from >= to) return
  if (step === undefined) return yield { step: null, from, to }
  const [first, last] = [Math.ceil(from / step), Math.floor(to / step)]
  if (first >= last) return yield* piecesOf({ from, to }, finer)
  yield* piecesOf({ from, to: first * step }, finer)
  yield { step, from: first, to: last }
  yield* piecesOf({ from: last * step, to }, finer)
}

/** Answers from when on it counted, when that took too long. */
function countFound(
  file: DayReader,
  term: LineTerm | null,
  span: Span,
  barMs: number,
  untilMs: number,
  add: Add,
): number | null {
  const compiled = file.compile(term)
  const counted = compiled.isExact && compiled.match !== null ? fts5Match(compiled.match) : null
  const byIndex = file.database.prepare(
    'select count(*) as found from words where words match ? and rowid between ? and ?',
  )
  const matches = lineMatcher(term)
  for (let to = span.to; to > span.from; ) {
    if (performance.now() > untilMs) return to
    const from = Math.max(span.from, Math.floor((to - 1) / barMs) * barMs)
    if (counted !== null) {
      const [first, last] = [from, to].map(ms => (ms - file.start) * rowsOfMs)
      const count = (asked: string) => Number(byIndex.get(asked, first ?? 0, (last ?? 0) - 1)?.['found'])
      const total = count(counted)
      if (total > 0) add(from, total, count(`(${counted}) AND ("level=error" OR "level=fatal")`))
    } else {
      const found = readBar(file, compiled, { from, to }, matches, untilMs)
      if (found === null) return to
      if (found.total > 0) add(from, found.total, found.errors)
    }
    to = from
  }
  return null
}

function readBar(
  file: DayReader,
  compiled: Compiled,
  { from, to }: Span,
  matches: ReturnType<typeof lineMatcher>,
  untilMs: number,
): { total: number; errors: number } | null {
  let [total, errors, looked] = [0, 0, 0]
  for (const row of file.rows(compiled, rowsOf(file, { from, to }), 'desc')) {
    if (++looked % rowsBetweenLooks === 0 && performance.now() > untilMs) return null
    if (row.ms < from || row.ms >= to || !matches(row)) continue
    total++
    if (isErrorLine(row)) errors++
  }
  return { total, errors }
}

const lineOf = (label: Label) => ({ ...label, at: '', message: '', trace: null, fields: {} })
