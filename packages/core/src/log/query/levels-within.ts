import { LogLevel } from '../service-line.ts'
import type { LineTerm } from './line-term.ts'
import { lineMatcher } from './match-line.ts'

/** Levels that a term about the level alone lets in, the mildest first: a store finds lines by them. */
export function levelsWithin(term: LineTerm): LogLevel[] {
  const matches = lineMatcher(term)
  const line = { at: '', service: '', environment: '', release: null, message: '', trace: null, fields: {} }
  return LogLevel.options.filter(level => matches({ ...line, level }))
}
