import { fieldName, isOwnName, isWhole, type LineTerm, levelsWithin, wordsOf } from '@gantry/core'
import { both, either, type IndexTerm, word } from './index-term.ts'
import { longestWord, tokenOf } from './index-text.ts'

/** What the index is asked for a term. */
export interface Compiled {
  /** Finds every line that matches; null: all lines have to be read. */
  match: IndexTerm | null
  /** Whether each line it finds matches. Else they have to be read. */
  isExact: boolean
}

/** Which fields an index finds by their names. */
export interface IndexKeys {
  has(name: string): boolean
  /** Words by which a value is found whose field is not told: with each name, or with none. */
  anywhere(value: string): string[]
}

/** Every line, each of which has to be read. */
const anything: Compiled = { match: null, isExact: false }

export function compileTerm(term: LineTerm | null, keys: IndexKeys): Compiled {
  if (term === null) return { match: null, isExact: true }
  switch (term.kind) {
    case 'and':
      return compileAll(term.of, keys)
    case 'or': {
      const found: IndexTerm[] = []
      let isExact = true
      for (const of of term.of) {
        const compiled = compileTerm(of, keys)
        if (compiled.match === null) return anything
        found.push(compiled.match)
        isExact &&= compiled.isExact
      }
      return { match: either(found), isExact }
    }
    case 'not':
      return anything
    case 'text':
      return compileText(term.text, keys)
    case 'like':
      return compileLike(term.name, term.pattern, keys)
    case 'is':
      return compileValue(fieldName(term.name), term.value, keys)
    case 'has':
      return anything
    case 'range':
      return compileRange(term)
  }
}

/** What must not be there is taken from what must, where the index knows both for certain. */
function compileAll(of: readonly LineTerm[], keys: IndexKeys): Compiled {
  const found: IndexTerm[] = []
  const less: IndexTerm[] = []
  let isExact = true
  for (const term of of) {
    const isNot = term.kind === 'not'
    const compiled = compileTerm(isNot ? term.of : term, keys)
    const { match } = compiled
    if (match === null || !compiled.isExact) isExact = false
    if (match === null) continue
    if (!isNot) found.push(match)
    else if (compiled.isExact) less.push(match)
  }
  if (found.length === 0) return anything
  const wanted = both(found)
  return { match: less.length === 0 ? wanted : { kind: 'less', of: wanted, less }, isExact }
}

const wordsIn = (words: readonly string[]) => both(words.map(each => word(each.slice(0, longestWord))))

function compileText(text: string, keys: IndexKeys): Compiled {
  const words = wordsOf(text)
  if (words.length === 0) return anything
  const isPlain = words.length === 1 && words[0] === text.toLowerCase() && text.length <= longestWord
  const wholes = isWhole(text) ? [tokenOf('trace', text), ...keys.anywhere(text)].map(word) : []
  // Signs are `_` in the index of values: `a_b` finds `a-b`, which has to be told from it.
  return { match: either([wordsIn(words), ...wholes]), isExact: isPlain && !text.includes('_') }
}

/** A pattern that begins with a word and is open at its end is what the index can look for. */
function compileLike(name: string | null, pattern: string, keys: IndexKeys): Compiled {
  const [, start] = /^([\p{L}\p{N}_]+)\*+$/u.exec(pattern.toLowerCase()) ?? []
  if (start === undefined || start.length > longestWord) return anything
  const found = (starts: string[]) => ({
    match: either(starts.map(each => ({ kind: 'start', start: each }))),
    isExact: false,
  })
  if (name === null) return found([start, ...keys.anywhere(start)])
  const field = fieldName(name)
  if (field === 'message') return found([start])
  if (field === 'time' || !(isOwnName(field) || keys.has(field))) return anything
  return found([tokenOf(field, start)])
}

function compileValue(name: string, value: string, keys: IndexKeys): Compiled {
  const words = wordsOf(value)
  const byWords = words.length > 0 ? wordsIn(words) : null
  if (name === 'message') return byWords === null ? anything : { match: byWords, isExact: false }
  if (name === 'time') return anything
  const token = word(tokenOf(name, value))
  if (isWhole(value) && (isOwnName(name) || keys.has(name)))
    // Signs are `_` in the index: `a-b` finds `a_b`, which has to be told from it.
    return { match: token, isExact: /^[a-z0-9]+$/i.test(value) }
  return byWords === null ? anything : { match: either([byWords, token]), isExact: false }
}

function compileRange(term: Extract<LineTerm, { kind: 'range' }>): Compiled {
  if (fieldName(term.name) !== 'level') return anything
  const levels = levelsWithin(term)
  return levels.length === 0 ? anything : { match: either(levels.map(level => word(`level=${level}`))), isExact: true }
}
