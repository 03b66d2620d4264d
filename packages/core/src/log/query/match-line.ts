import { instantMs } from '../../duration/instant.ts'
import { LogLevel } from '../service-line.ts'
import type { Limit, LineTerm } from './line-term.ts'
import { fieldName, fieldValues, isOwnName, isText, ownValue, type SearchedLine } from './line-values.ts'
import { hasWords, isLike, wordsOf } from './line-words.ts'

export type LineMatcher = (line: SearchedLine) => boolean

/** Tells whether a line is what is searched. Every store answers by this, whatever its index finds first. */
export function lineMatcher(term: LineTerm | null): LineMatcher {
  if (term === null) return () => true
  switch (term.kind) {
    case 'and':
    case 'or': {
      const each = term.of.map(lineMatcher)
      return term.kind === 'and' ? line => each.every(of => of(line)) : line => each.some(of => of(line))
    }
    case 'not': {
      const of = lineMatcher(term.of)
      return line => !of(line)
    }
    case 'text':
      return textMatcher(term.text)
    case 'like':
      return likeMatcher(term.name, term.pattern)
    case 'is':
      return term.name === 'message' ? messageMatcher(term.value) : valueMatcher(term.name, equals(term.value))
    case 'has':
      return valueMatcher(term.name, () => true)
    case 'range':
      return valueMatcher(term.name, within(term))
  }
}

/** Whether a text of lower case says that: its words beside each other, or, where it is nothing but signs, just these. */
function said(text: string): (inText: string) => boolean {
  const words = wordsOf(text)
  if (words.length > 0) return inText => hasWords(inText, words)
  const wanted = text.toLowerCase()
  return inText => inText.includes(wanted)
}

function textMatcher(text: string): LineMatcher {
  const wanted = text.toLowerCase()
  const isIn = said(text)
  return line => {
    if (isIn(line.message.toLowerCase())) return true
    for (const [, value] of fieldValues(line.fields)) {
      const lower = value.toLowerCase()
      if (lower === wanted || (isText(value) && isIn(lower))) return true
    }
    return line.trace?.toLowerCase() === wanted
  }
}

function messageMatcher(text: string): LineMatcher {
  const isIn = said(text)
  return line => isIn(line.message.toLowerCase())
}

function likeMatcher(name: string | null, pattern: string): LineMatcher {
  const wanted = pattern.toLowerCase()
  if (name !== null && fieldName(name) !== 'message')
    return valueMatcher(name, value => isLike(value.toLowerCase(), wanted))
  const isIn = (text: string) => {
    const said = text.toLowerCase()
    return said.split(/\s+/).some(part => isLike(part, wanted)) || wordsOf(said).some(word => isLike(word, wanted))
  }
  return line => {
    if (isIn(line.message)) return true
    if (name !== null) return false
    for (const [, value] of fieldValues(line.fields))
      if (isLike(value.toLowerCase(), wanted) || (isText(value) && isIn(value))) return true
    return false
  }
}

function valueMatcher(name: string, isWanted: (value: string) => boolean): LineMatcher {
  const wanted = fieldName(name)
  if (isOwnName(wanted))
    return line => {
      const own = ownValue(line, wanted)
      return own !== null && isWanted(own)
    }
  return line => {
    for (const [found, value] of fieldValues(line.fields)) if (found === wanted && isWanted(value)) return true
    return false
  }
}

function equals(value: string): (said: string) => boolean {
  const wanted = value.toLowerCase()
  return said => said.length === value.length && said.toLowerCase() === wanted
}

function within({ name, least, most }: { name: string; least?: Limit; most?: Limit }): (said: string) => boolean {
  const compare = comparing(fieldName(name))
  return said => isWithin(compare, said, least, 1) && isWithin(compare, said, most, -1)
}

function isWithin(compare: Compare, said: string, limit: Limit | undefined, sign: 1 | -1): boolean {
  if (limit === undefined) return true
  const order = compare(said, limit.value)
  if (order === null) return false
  return order * sign > 0 || (order === 0 && limit.isIncluded)
}

/** Negative, zero or positive; null where the two cannot be compared. */
type Compare = (said: string, limit: string) => number | null

function comparing(name: string): Compare {
  if (name === 'level') return (said, limit) => difference(levelNumber(said), levelNumber(limit))
  if (name === 'time') return (said, limit) => difference(instantMs(said), instantMs(limit))
  return (said, limit) => {
    const wanted = numberIn(limit)
    if (wanted !== null) return difference(numberIn(said) ?? Number.NaN, wanted)
    return said < limit ? -1 : said > limit ? 1 : 0
  }
}

function difference(a: number, b: number): number | null {
  return Number.isNaN(a) || Number.isNaN(b) ? null : a - b
}

function levelNumber(word: string): number {
  const { data } = LogLevel.safeParse(word.toLowerCase())
  return data === undefined ? Number.NaN : LogLevel.options.indexOf(data)
}

function numberIn(text: string): number | null {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isNaN(value) ? null : value
}
