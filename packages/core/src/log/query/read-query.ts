import { allOf, type Limit, type LineTerm } from './line-term.ts'
import { fieldName } from './line-values.ts'

/**
 * Reads what people type into a search: `service:web level:>=warn status:500..599 "card declined" refund* -path:/health
 * (timeout OR reset)`. Never refuses anything: what makes no sense as an operator is a word. Null: everything.
 */
export const readLineQuery = (text: string): LineTerm | null => readTerms(text).term

/** What is odd about a query, and where. */
export interface QueryFlaw {
  at: number
  what: string
}

export interface ReadQuery {
  term: LineTerm | null
  /** Where a term about a field begins, for who has to refuse it. */
  placeOf(term: LineTerm): number
  /** Of what makes no sense; it was read all the same. */
  flaws: readonly QueryFlaw[]
}

/** The same grammar for every search, with the places of what was read. */
export function readTerms(text: string): ReadQuery {
  const reader: Reader = { text: text.slice(0, longest), at: 0, depth: 0, places: new Map(), flaws: [] }
  const term = either(reader)
  if (text.length > longest) reader.flaws.push({ at: longest, what: `it is longer than ${longest} characters` })
  return { term, placeOf: of => reader.places.get(of) ?? 0, flaws: reader.flaws }
}

const longest = 4_000
const deepest = 32

interface Reader {
  text: string
  at: number
  depth: number
  places: Map<LineTerm, number>
  flaws: QueryFlaw[]
}

function either(reader: Reader): LineTerm | null {
  const of: LineTerm[] = []
  for (;;) {
    const both = every(reader)
    if (both !== null) of.push(both)
    if (!take(reader, /(?:OR|\|\|)(?=[\s(]|$)/y)) break
  }
  return of.length > 1 ? { kind: 'or', of } : (of[0] ?? null)
}

function every(reader: Reader): LineTerm | null {
  const of: LineTerm[] = []
  for (;;) {
    take(reader, /\s+/y)
    if (reader.at >= reader.text.length || looksAt(reader, /(?:OR|\|\|)(?=[\s(]|$)/y)) break
    if (looksAt(reader, /\)/y)) {
      if (reader.depth > 0) break
      reader.flaws.push({ at: reader.at, what: '`)` closes nothing' })
      reader.at++
      continue
    }
    if (take(reader, /(?:AND|&&)(?=[\s(]|$)/y)) continue
    const one = single(reader)
    if (one !== null) of.push(one)
  }
  return allOf(of)
}

function single(reader: Reader): LineTerm | null {
  if (take(reader, /-(?=[^\s-])|NOT\s+(?=\S)/y)) {
    const of = single(reader)
    return of && { kind: 'not', of }
  }
  if (take(reader, /\(/y)) return group(reader)
  const quoted = quotedText(reader)
  if (quoted !== null) return wordTerm(quoted, true)
  const { at } = reader
  const name = take(reader, /[\p{L}_@][\p{L}\p{N}_.@/-]*:(?=[^\s:/)]|\/[^/])/uy)
  if (name) return placed(reader, at, fieldTerm(reader, fieldName(name.slice(0, -1).replace(/^@/, ''))))
  return wordTerm(take(reader, /[^\s()"]+|[^\s]/y) ?? '', false)
}

function placed(reader: Reader, at: number, term: LineTerm | null): LineTerm | null {
  if (term) reader.places.set(term, at)
  // `status:(500 OR 502)` is a place for each of them.
  if (term?.kind === 'and' || term?.kind === 'or') for (const inner of term.of) placed(reader, at, inner)
  if (term?.kind === 'not') placed(reader, at, term.of)
  return term
}

function group(reader: Reader): LineTerm | null {
  const { at } = reader
  // Deeper than anybody types; each level is a frame of this program.
  if (reader.depth >= deepest) return null
  reader.depth++
  const inner = either(reader)
  if (take(reader, /\s*\)/y) === null) reader.flaws.push({ at: at - 1, what: '`(` is never closed' })
  reader.depth--
  return inner
}

function wordTerm(text: string, isQuoted: boolean): LineTerm | null {
  if (text.trim() === '' || text === '*') return null
  return !isQuoted && text.includes('*') ? { kind: 'like', name: null, pattern: text } : { kind: 'text', text }
}

function fieldTerm(reader: Reader, name: string): LineTerm | null {
  if (take(reader, /\(/y)) return named(group(reader), name)
  const sign = take(reader, /[<>]=?/y)
  const quoted = quotedText(reader)
  const typed = quoted ?? take(reader, /[^\s()"]+/y) ?? ''
  const value = name === 'level' ? (levelWords[typed.toLowerCase()] ?? typed) : typed
  if (sign !== null) return limited(name, sign, value)
  if (quoted !== null) return { kind: 'is', name, value }
  if (value === '*') return { kind: 'has', name }
  const [, least, most] = /^(.*?[^.])?\.\.([^.].*)?$/.exec(value) ?? []
  if (least !== undefined || most !== undefined) return between(name, least ?? '*', most ?? '*')
  return value.includes('*') ? { kind: 'like', name, pattern: value } : { kind: 'is', name, value }
}

const levelWords: Readonly<Partial<Record<string, string>>> = {
  warning: 'warn',
  err: 'error',
  critical: 'fatal',
  notice: 'info',
}

function limited(name: string, sign: string, value: string): LineTerm {
  const limit: Limit = { value, isIncluded: sign.endsWith('=') }
  return sign.startsWith('>') ? { kind: 'range', name, least: limit } : { kind: 'range', name, most: limit }
}

function between(name: string, least: string, most: string): LineTerm {
  return {
    ...{ kind: 'range', name },
    ...(least !== '*' && { least: { value: least, isIncluded: true } }),
    ...(most !== '*' && { most: { value: most, isIncluded: true } }),
  } as LineTerm
}

/** `status:(500 OR 502)`: each word inside is a value of the field. */
function named(term: LineTerm | null, name: string): LineTerm | null {
  if (term === null) return null
  if (term.kind === 'and' || term.kind === 'or')
    return { kind: term.kind, of: term.of.flatMap(inner => named(inner, name) ?? []) }
  if (term.kind === 'not') {
    const of = named(term.of, name)
    return of && { kind: 'not', of }
  }
  if (term.kind === 'text') return { kind: 'is', name, value: term.text }
  return term.kind === 'like' ? { ...term, name: term.name ?? name } : term
}

/** What stands between quotes; one that is never closed reaches to the end. */
function quotedText(reader: Reader): string | null {
  const { at } = reader
  const found = take(reader, /"(?:[^"\\]|\\.)*"?/sy)
  if (found === null) return null
  if (found.length === 1 || !found.endsWith('"')) reader.flaws.push({ at, what: '`"` is never closed' })
  return found.slice(1, found.length > 1 && found.endsWith('"') ? -1 : undefined).replace(/\\(["\\])/g, '$1')
}

function take(reader: Reader, pattern: RegExp): string | null {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.text)
  if (found === null) return null
  reader.at = pattern.lastIndex
  return found[0]
}

function looksAt({ text, at }: Reader, pattern: RegExp): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}
