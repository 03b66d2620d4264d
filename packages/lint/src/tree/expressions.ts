import type { Expr } from '@actions/expressions'
import type { ScalarValue, Span } from '@gantry/workflow'
import { parseExpression, splitTemplate } from '@gantry/workflow'

/** One `${{ }}`, or an `if` without it. */
export interface LintExpression extends Span {
  text: string
  /** Missing when it does not parse: the reader reports that. */
  tree: Expr | undefined
  /** Keys from the top of the file: `jobs`, `build`, `steps`, `0`, `run`. */
  path: string[]
  host: ScalarValue
}

const allContexts = 'github env vars secrets inputs matrix strategy needs steps job jobs runner'.split(' ')

/** Every expression of the file, in its order. */
export function expressionsOf(
  scalars: readonly { value: ScalarValue; path: string[] }[],
  file: string,
): LintExpression[] {
  return scalars.flatMap(({ value, path }) => expressionsIn(value, path, file))
}

function expressionsIn(host: ScalarValue, path: string[], file: string): LintExpression[] {
  const text = String(host.scalar ?? '')
  if (!text.includes('${{')) {
    if (!isCondition(path) || text.trim() === '') return []
    return [{ text, tree: parsed(text), path, host, from: host.from, to: host.to }]
  }
  const raw = file.slice(host.from, host.to)
  let from = 0
  return partsOf(text).map(part => {
    const open = Math.max(0, raw.indexOf('${{', from))
    const close = raw.indexOf('}}', open + 3)
    const inner = raw.indexOf(part, open)
    const end = inner < 0 ? close : raw.indexOf('}}', inner + part.length)
    from = (end < 0 ? open + 1 : end) + 2
    return { text: part, tree: parsed(part), path, host, from: host.from + open, to: host.from + from }
  })
}

/** The keys that lead to the step a path is in: `jobs`, `a`, `steps`, `0`, and `parallel`, `1` where it is one of several at once. */
export function stepKeyOf(path: readonly string[]): readonly string[] | undefined {
  const list = path[0] === 'jobs' ? 2 : path[0] === 'runs' ? 1 : path.length
  if (path[list] !== 'steps' || path.length < list + 2) return undefined
  return path.slice(0, path[list + 2] === 'parallel' && path.length > list + 3 ? list + 4 : list + 2)
}

/** `if:` of a job or of a step. */
export function isCondition(path: readonly string[]): boolean {
  if (path.at(-1) !== 'if') return false
  return (path[0] === 'jobs' && path.length === 3) || stepKeyOf(path)?.length === path.length - 1
}

function partsOf(text: string): string[] {
  try {
    return splitTemplate(text).flatMap(part => (part.kind === 'expression' ? [part.text] : []))
  } catch {
    return [] // Not closed: the reader reports it.
  }
}

/** Undefined for what the reader reports as wrong: there is nothing to look into. */
function parsed(text: string): Expr | undefined {
  if (known.has(text)) return known.get(text)
  if (known.size >= MAX_KNOWN) known.clear()
  const tree = parse(text)
  known.set(text, tree)
  return tree
}

/** The same expressions stand in file after file. */
const known = new Map<string, Expr | undefined>()
const MAX_KNOWN = 5_000

function parse(text: string): Expr | undefined {
  try {
    return parseExpression(text, { contexts: allContexts, status: true, hashFiles: true }).tree
  } catch {
    return undefined
  }
}
