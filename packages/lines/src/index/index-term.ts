/** What an index of words is asked, whichever engine keeps it. */
export type IndexTerm =
  | { kind: 'word'; word: string }
  /** Words that begin so. */
  | { kind: 'start'; start: string }
  | { kind: 'and' | 'or'; of: readonly IndexTerm[] }
  /** What one finds, less what any of the others finds. */
  | { kind: 'less'; of: IndexTerm; less: readonly IndexTerm[] }

export const word = (text: string): IndexTerm => ({ kind: 'word', word: text })
export const both = (of: readonly IndexTerm[]): IndexTerm => joined('and', of)
export const either = (of: readonly IndexTerm[]): IndexTerm => joined('or', of)

const joined = (kind: 'and' | 'or', of: readonly IndexTerm[]): IndexTerm => {
  const [first, ...others] = of
  return first !== undefined && others.length === 0 ? first : { kind, of }
}
