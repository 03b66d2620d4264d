/** What is searched for, as it was read from what a person typed. */
export type LineTerm =
  | { kind: 'and' | 'or'; of: readonly LineTerm[] }
  | { kind: 'not'; of: LineTerm }
  /** Words beside each other in the message or in a field, or the whole value of a field. */
  | { kind: 'text'; text: string }
  /** With `*` for any characters: of a word, of what stands between spaces, or of the value of a field. */
  | { kind: 'like'; name: string | null; pattern: string }
  /** A field that has this value, whatever its case. */
  | { kind: 'is'; name: string; value: string }
  | { kind: 'has'; name: string }
  /** Within limits, which are numbers, levels, instants or texts. */
  | { kind: 'range'; name: string; least?: Limit; most?: Limit }

export interface Limit {
  value: string
  isIncluded: boolean
}

export const allOf = (terms: readonly (LineTerm | null)[]): LineTerm | null => {
  const of = terms.filter(term => term !== null)
  return of.length <= 1 ? (of[0] ?? null) : { kind: 'and', of }
}
