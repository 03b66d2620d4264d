import type { TemplatePart } from '@gantry/workflow'

/**
 * How an expression stands in a script: inside of double quotes, or as a word of its own behind the name of a command.
 * Undefined wherever a variable in its place might mean something else.
 */
export type ShellPlace = 'quoted' | 'argument' | undefined

type Frame = 'plain' | 'double'

/**
 * The place of each expression of a script, in their order, as bash and sh read it. It knows plain words, quotes,
 * comments, `$NAME`, `$( … )` and `( … )`; from the first thing beyond (a here-document, a backtick, `${a:-b}`,
 * arithmetic, `case`) nothing is certain.
 */
export function shellPlaces(parts: readonly TemplatePart[]): ShellPlace[] {
  const script = parts.map(({ kind, text }) => (kind === 'text' ? text : mark)).join('')
  const places: ShellPlace[] = []
  // An expression may stand where a mark was written by hand: then nothing can be told apart.
  if (parts.some(({ kind, text }) => kind === 'text' && text.includes(mark))) return []
  const frames: Frame[] = ['plain']
  let line = 0
  let at = 0
  while (at < script.length) {
    const isQuoted = frames.at(-1) === 'double'
    if (script[at] === mark) {
      places.push(isQuoted ? quotedPlace(script, line, at) : isArgument(script, line, at) ? 'argument' : undefined)
      at += 1
      continue
    }
    const next = isQuoted ? inQuotes(script, at, frames) : inPlain(script, at, frames)
    if (next === undefined) return places
    for (const char of script.slice(at, next)) if (char === mark) places.push(undefined)
    if (!isQuoted && script[next - 1] === '\n') line = next
    at = next
  }
  return places
}

/** Stands for an expression; no text of a file holds it. */
const mark = '\uE000'

/** The place behind what begins here; undefined when this reader does not know it. */
function inQuotes(script: string, at: number, frames: Frame[]): number | undefined {
  const char = script[at]
  if (char === '\\') return at + 2
  if (char === '`') return undefined
  if (char === '"') frames.pop()
  return char === '$' ? behindDollar(script, at, frames) : at + 1
}

function inPlain(script: string, at: number, frames: Frame[]): number | undefined {
  const rest = script.slice(at, at + 2)
  const char = script[at] ?? ''
  if (char === '\\') return at + 2
  if (char === '`' || rest === '<<' || rest === '((' || rest === '<(' || rest === '>(') return undefined
  if (char === "'") return behind(script, "'", at + 1)
  if (char === '#' && /^$|[\s;&|(]/.test(script[at - 1] ?? '')) return behind(script, '\n', at, script.length)
  if (char === '"') frames.push('double')
  if (char === '(') frames.push('plain')
  if (char === ')' && (frames.length === 1 || frames.pop() === undefined)) return undefined
  // Its patterns end in a `)` that closes nothing.
  if (/^case\s/.test(script.slice(at, at + 5)) && !/\w/.test(script[at - 1] ?? '')) return undefined
  return char === '$' ? behindDollar(script, at, frames) : at + 1
}

function behindDollar(script: string, at: number, frames: Frame[]): number | undefined {
  const rest = script.slice(at + 1, at + 200)
  if (rest.startsWith('((') || rest.startsWith('[')) return undefined
  if (rest.startsWith('(')) {
    frames.push('plain')
    return at + 2
  }
  if (rest.startsWith('{')) {
    const [whole] = /^\{[A-Za-z_]\w*\}/.exec(rest) ?? []
    return whole === undefined ? undefined : at + 1 + whole.length
  }
  // `$'…'` and `$"…"` have quoting rules of their own; inside of quotes the dollar is one.
  if (frames.at(-1) === 'plain' && /^['"]/.test(rest)) return undefined
  return at + 1
}

function behind(script: string, end: string, from: number, otherwise?: number): number | undefined {
  const found = script.indexOf(end, from)
  return found < 0 ? otherwise : found + 1
}

/** A `$` or a backslash before it makes one thing of both. */
const quotedPlace = (script: string, line: number, at: number): ShellPlace =>
  /[$\\]/.test(script[at - 1] ?? '') || isProgram(script.slice(line, at)) ? undefined : 'quoted'

const keywords =
  /^(if|then|else|elif|fi|for|select|while|until|do|done|in|time|function|coproc|export|declare|local|readonly|typeset|alias)$/

/** A word alone, on a line of nothing but plain words before it: `git switch …`. */
function isArgument(script: string, line: number, at: number): boolean {
  const before = script.slice(line, at)
  const [, command] = /^[ \t]*([A-Za-z][\w./-]*)[ \t]+(?:[\w./:@=-]+[ \t]+)*$/.exec(before) ?? []
  if (command === undefined || keywords.test(command) || isProgram(before)) return false
  return script[line - 2] !== '\\' && /^([ \t\n]|$)/.test(script.slice(at + 1, at + 2))
}

/** What another interpreter reads as a program would be one as a variable, too: nothing is mended by that. */
const isProgram = (before: string): boolean =>
  /\b(eval|trap|source|ssh|su|xargs|awk|sed|jq|perl|python3?|node|ruby|php|psql|mysql|make|parallel|watch)\b|(^|\s)(-c|-e|--eval|-Command|\.)(\s|$)/.test(
    before,
  )
