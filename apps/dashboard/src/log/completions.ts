import type { LogFacets } from '@gantry/core/api'
import { levels, writtenName, writtenValue } from './log-filter.ts'

export interface Completion {
  /** What takes the place of the word at the caret. */
  text: string
  hint: string
}

export interface Completions {
  /** The word at the caret, as places in the text. */
  from: number
  to: number
  options: Completion[]
}

const most = 8
/** What every line has, with what may be typed behind it. */
const own: readonly (readonly [name: string, hint: string])[] = [
  ['level', 'error, >=warn'],
  ['service', 'who wrote it'],
  ['env', 'where'],
  ['release', 'of which commit'],
  ['trace', 'of one request'],
  ['message', 'only there'],
  ['time', '>=2026-11-27T10:00Z'],
]
const facetNames: Readonly<Record<string, string>> = { env: 'environment' }

/** How the word at the caret could go on: a name of a field, or one of the values that lines have there. */
export function completionsAt(text: string, caret: number, facets: LogFacets['facets']): Completions | null {
  const before = text.slice(0, caret)
  // Inside of quotes stands what it says.
  if ((before.match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1) return null
  const word = /[^\s()]*$/.exec(before)?.[0] ?? ''
  const sign = word.startsWith('-') ? '-' : ''
  const from = caret - word.length
  const to = caret + (/^[^\s()"]*/.exec(text.slice(caret))?.[0].length ?? 0)
  const typed = word.slice(sign.length)
  const colon = typed.indexOf(':')
  const options =
    colon === -1
      ? namesLike(typed.toLowerCase(), facets)
      : valuesLike(typed.slice(0, colon), typed.slice(colon + 1).toLowerCase(), facets)
  return { from, to, options: options.slice(0, most).map(({ text: said, hint }) => ({ text: `${sign}${said}`, hint })) }
}

/** The text with that in the place of the word, and where the caret is then. Behind a value one goes on with the next word. */
export function completed(
  text: string,
  { from, to }: Pick<Completions, 'from' | 'to'>,
  word: string,
): { text: string; at: number; isWhole: boolean } {
  const behind = text.slice(to)
  const isWhole = !word.endsWith(':')
  const said = `${word}${isWhole && !/^[\s)]/.test(behind) ? ' ' : ''}`
  return { text: `${text.slice(0, from)}${said}${behind}`, at: from + said.length, isWhole }
}

function namesLike(typed: string, facets: LogFacets['facets']): Completion[] {
  const known = new Set(own.map(([name]) => facetNames[name] ?? name))
  const all = [
    ...own.map(([name, hint]) => ({ name, hint })),
    ...facets.filter(({ name }) => !known.has(name)).map(({ name, values }) => ({ name, hint: exampleOf(values) })),
  ]
  return beginningFirst(all, typed, ({ name }) => name).map(({ name, hint }) => ({
    ...{ text: `${writtenName(name)}:`, hint },
  }))
}

const exampleOf = (values: LogFacets['facets'][number]['values']): string =>
  values
    .slice(0, 3)
    .map(({ value }) => value)
    .join(', ')

function valuesLike(name: string, typed: string, facets: LogFacets['facets']): Completion[] {
  if (/^[<>]|\.\.|[*"]/.test(typed)) return name === 'level' ? levelsLike(typed) : []
  const wanted = facetNames[name] ?? name.toLowerCase().replace(/[^\p{L}\p{N}_]/gu, '_')
  const values = facets.find(facet => facet.name === wanted)?.values ?? []
  const found = beginningFirst(values, typed, ({ value }) => value.toLowerCase()).map(({ value, count }) => ({
    text: `${name}:${writtenValue(value)}`,
    hint: count.toLocaleString('en-GB'),
  }))
  return name === 'level' ? [...found, ...levelsLike(typed)] : found
}

const levelsLike = (typed: string): Completion[] =>
  levels
    .map(level => `>=${level}`)
    .filter(said => said.startsWith(typed))
    .map(said => ({
      ...{ text: `level:${said}`, hint: 'and worse' },
    }))

/** What begins so before what holds it somewhere; what is typed whole is no help. */
function beginningFirst<T>(all: readonly T[], typed: string, textOf: (one: T) => string): T[] {
  const held = all.filter(one => textOf(one).includes(typed) && textOf(one) !== typed)
  return [...held.filter(one => textOf(one).startsWith(typed)), ...held.filter(one => !textOf(one).startsWith(typed))]
}
