import { instantMs } from '../../duration/instant.ts'
import { LogLevel } from '../service-line.ts'
import type { Limit, LineTerm } from './line-term.ts'
import { fieldName, fieldValues, isOwnName, isText, ownValue, type SearchedLine, someValue } from './line-values.ts'
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
  return line => someValue(line.fields, wanted, isWanted)
}

function equals(value: string): (said: string) => boolean {
  const wanted = value.toLowerCase()
  return said => said.length === value.length && said.toLowerCase() === wanted
}

function within({ name, least, most }: { name: string; least?: Limit; most?: Limit }): (said: string) => boolean {
  const order = orderOf(fieldName(name))
  const isEnough = isWithin(order, least, 1)
  const isNotTooMuch = isWithin(order, most, -1)
  return said => isEnough(said) && isNotTooMuch(said)
}

function isWithin(order: OrderTo, limit: Limit | undefined, sign: 1 | -1): (said: string) => boolean {
  if (limit === undefined) return () => true
  const orderToLimit = order(limit.value)
  return said => {
    const found = orderToLimit(said)
    return found !== null && (found * sign > 0 || (found === 0 && limit.isIncluded))
  }
}

/** Of a limit, which is read once, and then of what each line says: negative, zero or positive; null where the two cannot be compared. */
type OrderTo = (limit: string) => (said: string) => number | null

function orderOf(name: string): OrderTo {
  if (name === 'level') return byNumber(levelNumber)
  if (name === 'time') return byNumber(instantMs)
  return limit =>
    numberIn(limit) === null
      ? said => (said < limit ? -1 : said > limit ? 1 : 0)
      : byNumber(text => numberIn(text) ?? Number.NaN)(limit)
}

const byNumber =
  (read: (text: string) => number): OrderTo =>
  limit => {
    const wanted = read(limit)
    return said => difference(read(said), wanted)
  }

function difference(a: number, b: number): number | null {
  return Number.isNaN(a) || Number.isNaN(b) ? null : a - b
}

function levelNumber(word: string): number {
  const number = (LogLevel.options as readonly string[]).indexOf(word.toLowerCase())
  return number === -1 ? Number.NaN : number
}

function numberIn(text: string): number | null {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isNaN(value) ? null : value
}
