import type { LineTerm } from '../../log/query/line-term.ts'
import { queryInvalid } from '../../log/query/query-invalid.ts'
import { type ReadQuery, readTerms } from '../../log/query/read-query.ts'
import type { IssueQueryMoment, IssueTerm } from './issue-term.ts'
import { fieldReaders, labelTerm, Refusal, textTerm } from './term-readers.ts'

/**
 * Reads `is:unresolved release:4f* user:mira@shop.example assigned:me browser:"Safari 18" "card declined" -level:warning`: the
 * grammar of the lines' search, in which a name that issues have not is that of a tag. Null: every issue.
 * @throws GantryError QUERY_INVALID with the place, for what could only be a mistake
 */
export function readIssueQuery(text: string, moment: IssueQueryMoment): IssueTerm | null {
  const read = readTerms(text)
  const [flaw] = read.flaws
  if (flaw) throw queryInvalid(text, flaw.at, flaw.what)
  return read.term && meant(read.term, { text, read, moment })
}

interface Reading {
  text: string
  read: ReadQuery
  moment: IssueQueryMoment
}

function meant(term: LineTerm, reading: Reading): IssueTerm {
  if ('of' in term && term.kind !== 'not') return { kind: term.kind, of: term.of.map(of => meant(of, reading)) }
  if (term.kind === 'not') return { kind: 'not', of: meant(term.of, reading) }
  if (term.kind === 'text') return textTerm(term.text)
  if (term.kind === 'like' && term.name === null) return { kind: 'text', pattern: term.pattern }
  const name = term.name ?? ''
  const reader = Object.hasOwn(fieldReaders, name) ? fieldReaders[name] : undefined
  try {
    return reader ? reader(term, reading.moment) : labelTerm(name, term)
  } catch (cause) {
    if (cause instanceof Refusal) throw queryInvalid(reading.text, reading.read.placeOf(term), cause.message)
    throw cause
  }
}
