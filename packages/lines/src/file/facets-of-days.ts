import { FacetTally, type LineFacets, type LineRange, lineMatcher, mostFacetLines } from '@gantry/core'
import { boundsOf, rangeIn, type SearchedDays } from './search-days.ts'

const budgetMs = 700

/** What the newest lines that match say, and how often. */
export function facetsOfDays({ days, open }: SearchedDays, range: LineRange): LineFacets {
  const bounds = boundsOf(range)
  const matches = lineMatcher(range.term)
  const tally = new FacetTally()
  const untilMs = performance.now() + budgetMs
  const answer = (isWhole: boolean) => ({ facets: tally.facets(), lines: tally.lines, isWhole })
  for (const day of days.toReversed()) {
    const rows = rangeIn(day, bounds)
    if (rows === null) continue
    const file = open(day)
    if (file === null) continue
    for (const row of file.rows(file.compile(range.term), rows, 'desc')) {
      if (tally.lines >= mostFacetLines || performance.now() > untilMs) return answer(false)
      if (row.ms >= bounds.fromMs && row.ms < bounds.toMs && matches(row)) tally.add(row)
    }
  }
  return answer(true)
}
