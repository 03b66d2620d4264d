/** Something the palette can open or do. */
export interface Thing {
  group: string
  text: string
  /** Other words it is found by. */
  words?: string
  /** A commit it is of: found by any part of its beginning, and by nothing that only resembles it. */
  sha?: string
  /** Where it is: a path of the dashboard. Left out when it is an act. */
  path?: string
  act?: () => void
}

const shownOfAGroup = 8

/**
 * Things that match every word that was typed, best first within their group, and the group with the best match first.
 * Nothing is guessed: a text that resembles another is no match, least of all a commit.
 */
export function findThings(things: readonly Thing[], typed: string): [group: string, things: Thing[]][] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const found = things
    .map(thing => ({ thing, score: scoreOf(thing, words) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
  const groups = Map.groupBy(found, ({ thing }) => thing.group)
  return [...groups].map(([group, members]) => [group, members.slice(0, shownOfAGroup).map(({ thing }) => thing)])
}

/** What looks like the beginning of a commit. A number is no commit: `12` is a run or an incident. */
export const isSha = (word: string): boolean => /^[0-9a-f]{7,40}$/i.test(word)

function scoreOf({ text, words: more = '', sha = '' }: Thing, words: readonly string[]): number {
  const tokens = `${text} ${more}`.toLowerCase().split(/[^\p{L}\p{N}]+/u)
  const whole = `${text} ${more}`.toLowerCase()
  let sum = 1
  for (const word of words) {
    const score = wordScore(word, tokens, whole, sha.toLowerCase())
    if (score === 0) return 0
    sum += score
  }
  return sum
}

function wordScore(word: string, tokens: readonly string[], whole: string, sha: string): number {
  if (word.length >= 4 && sha.startsWith(word)) return 8
  if (isSha(word)) return tokens.includes(word) ? 4 : 0
  if (tokens.includes(word)) return 4
  if (tokens.some(token => token.startsWith(word))) return 3
  return whole.includes(word) ? 1 : 0
}
