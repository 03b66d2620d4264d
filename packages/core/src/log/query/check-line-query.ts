import { instantMs } from '../../duration/instant.ts'
import { didYouMean } from '../../words/nearest-word.ts'
import { LogLevel } from '../service-line.ts'
import type { LineTerm } from './line-term.ts'
import { queryInvalid } from './query-invalid.ts'
import { type ReadQuery, readTerms } from './read-query.ts'

/**
 * The same as `readLineQuery`, for what a person typed just now: what could only be a mistake is told, rather than answered with lines
 * that were not meant.
 * @throws GantryError QUERY_INVALID with the place
 */
export function checkLineQuery(text: string): LineTerm | null {
  const read = readTerms(text)
  const [flaw] = read.flaws
  if (flaw) throw queryInvalid(text, flaw.at, flaw.what)
  if (read.term) refuseIn(read.term, text, read)
  return read.term
}

function refuseIn(term: LineTerm, text: string, read: ReadQuery): void {
  if (term.kind === 'and' || term.kind === 'or') for (const of of term.of) refuseIn(of, text, read)
  if (term.kind === 'not') refuseIn(term.of, text, read)
  if (term.kind !== 'is' && term.kind !== 'range') return
  for (const value of valuesOf(term)) {
    const what = term.name === 'level' ? levelFault(value) : term.name === 'time' ? timeFault(value) : null
    if (what !== null) throw queryInvalid(text, read.placeOf(term), what)
  }
}

const valuesOf = (term: Extract<LineTerm, { kind: 'is' | 'range' }>): string[] =>
  term.kind === 'is' ? [term.value] : [term.least, term.most].flatMap(limit => (limit ? [limit.value] : []))

function levelFault(value: string): string | null {
  if (LogLevel.safeParse(value.toLowerCase()).success) return null
  return `\`${value}\` is no level${didYouMean(value, LogLevel.options) || `; there are ${LogLevel.options.join(', ')}`}`
}

const timeFault = (value: string): string | null =>
  Number.isNaN(instantMs(value)) ? `\`${value}\` is no time: expected one such as 2026-11-27T10:00Z` : null
