import { fieldName, isOwnName, isWhole, type LineTerm, LogLevel, lineMatcher, wordsOf } from '@gantry/core'
import { longestWord, tokenOf } from './index-text.ts'

/** What the index is asked for a term. */
export interface Compiled {
  /** An expression of FTS5 that holds for every line that matches; null: all lines have to be read. */
  match: string | null
  /** Whether each line it finds matches. Else they have to be read. */
  isExact: boolean
}

/** Every line, each of which has to be read. */
const anything: Compiled = { match: null, isExact: false }
const quoted = (word: string) => `"${word}"`

/** `keys`: names of fields that the file knows. */
export function compileTerm(term: LineTerm | null, keys: ReadonlySet<string>): Compiled {
  if (term === null) return { match: null, isExact: true }
  switch (term.kind) {
    case 'and':
      return compileAll(term.of, keys)
    case 'or': {
      const each = term.of.map(of => compileTerm(of, keys))
      if (each.some(({ match }) => match === null)) return anything
      return { match: `(${each.map(({ match }) => match).join(' OR ')})`, isExact: each.every(is => is.isExact) }
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
function compileAll(of: readonly LineTerm[], keys: ReadonlySet<string>): Compiled {
  const found: string[] = []
  const without: string[] = []
  let isExact = true
  for (const term of of) {
    const isNot = term.kind === 'not'
    const compiled = compileTerm(isNot ? term.of : term, keys)
    const { match } = compiled
    if (match === null || !compiled.isExact) isExact = false
    if (match === null) continue
    if (!isNot) found.push(match)
    else if (compiled.isExact) without.push(match)
  }
  if (found.length === 0) return anything
  const wanted = `(${found.join(' AND ')})`
  return { match: without.length === 0 ? wanted : `(${wanted} NOT (${without.join(' OR ')}))`, isExact }
}

function compileText(text: string, keys: ReadonlySet<string>): Compiled {
  const words = wordsOf(text)
  if (words.length === 0) return anything
  const isPlain = words.length === 1 && words[0] === text.toLowerCase() && text.length <= longestWord
  const beside = words.map(word => quoted(word.slice(0, longestWord))).join(' AND ')
  const wholes = isWhole(text) ? ['trace', ...keys].map(name => quoted(tokenOf(name, text))) : []
  return { match: `(${[`(${beside})`, ...wholes].join(' OR ')})`, isExact: isPlain }
}

/** A pattern that begins with a word and is open at its end is what the index can look for. */
function compileLike(name: string | null, pattern: string, keys: ReadonlySet<string>): Compiled {
  const [, start] = /^([\p{L}\p{N}_]+)\*+$/u.exec(pattern.toLowerCase()) ?? []
  if (start === undefined || start.length > longestWord) return anything
  const field = name === null ? null : fieldName(name)
  if (field === null)
    return {
      match: `(${[`"${start}"*`, ...[...keys].map(key => `"${tokenOf(key, start)}"*`)].join(' OR ')})`,
      isExact: false,
    }
  if (field === 'message') return { match: `"${start}"*`, isExact: false }
  if (field === 'time' || !(isOwnName(field) || keys.has(field))) return anything
  return { match: `"${tokenOf(field, start)}"*`, isExact: false }
}

function compileValue(name: string, value: string, keys: ReadonlySet<string>): Compiled {
  const words = wordsOf(value)
  const byWords = words.length > 0 ? words.map(word => quoted(word.slice(0, longestWord))).join(' AND ') : null
  if (name === 'message') return byWords === null ? anything : { match: `(${byWords})`, isExact: false }
  if (name === 'time') return anything
  const token = quoted(tokenOf(name, value))
  if (isWhole(value) && (isOwnName(name) || keys.has(name)))
    // Signs are `_` in the index: `a-b` finds `a_b`, which has to be told from it.
    return { match: token, isExact: /^[a-z0-9]+$/i.test(value) }
  return byWords === null ? anything : { match: `(${byWords} OR ${token})`, isExact: false }
}

function compileRange(term: Extract<LineTerm, { kind: 'range' }>): Compiled {
  if (fieldName(term.name) !== 'level') return anything
  const matches = lineMatcher(term)
  const levels = LogLevel.options.filter(level =>
    matches({ level, at: '', service: '', environment: '', release: null, message: '', trace: null, fields: {} }),
  )
  return levels.length === 0
    ? anything
    : { match: `(${levels.map(level => quoted(`level=${level}`)).join(' OR ')})`, isExact: true }
}
