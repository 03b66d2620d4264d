import { asOneWord, fieldValues, isOwnName, isText, isWhole, type NewLine, wordsOf } from '@gantry/core'

/** Names of fields that are found by `name=value` in one file. What comes behind them is found by its words. */
export const mostKeys = 1_000

/** A word longer than this is found by its beginning, and then read. */
export const longestWord = 64

/** A value as one word of the index. */
export const tokenOf = (name: string, value: string): string => `${name}=${asOneWord(value)}`

export interface WrittenKeys {
  /** Tells, and remembers, whether a field is found by its name. */
  has(name: string): boolean
  /** Whether its value is found by a word without a name as well: where nobody can tell all names that there are. */
  isAnywhere: boolean
}

/** All words a line is found by. */
export function indexText(line: NewLine, keys: WrittenKeys): string {
  const words = wordsOf(line.message)
  const { service, environment, release, level, trace } = line
  words.push(tokenOf('service', service), tokenOf('environment', environment), `level=${level}`)
  if (release !== null) words.push(tokenOf('release', release))
  if (trace !== null) words.push(tokenOf('trace', trace))
  for (const [name, value] of fieldValues(line.fields)) {
    const isNamed = !isOwnName(name) && isWhole(value) && keys.has(name)
    if (isNamed) words.push(tokenOf(name, value))
    if (isNamed && keys.isAnywhere) words.push(tokenOf('', value))
    if (!isNamed || isText(value)) words.push(...wordsOf(value))
  }
  for (const [index, word] of words.entries())
    if (word.length > longestWord && !word.includes('=')) words[index] = word.slice(0, longestWord)
  return words.join(' ')
}
