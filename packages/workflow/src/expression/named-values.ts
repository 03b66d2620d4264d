/** A secret or variable that a piece of a workflow file asks for. */
export interface NamedValue {
  kind: 'secret' | 'variable'
  /** In capitals: names are found in any case. */
  name: string
}

const placeholder = /\$\{\{(.*?)\}\}/gs
const asked = /\b(secrets|vars)\s*(?:\.\s*([A-Za-z_][\w-]*)(?![\w-])|\[\s*'([^']+)'\s*\])(?!\s*\|\|\s*')/gi

/**
 * The names in `${{ }}` anywhere below `piece`, once each. What a condition asks for is left out: it may be missing there on
 * purpose, as in `if: vars.DEPLOY == 'on'`. So is what has a text in its place, as in `secrets.KEY || ''`, and the token of the run.
 */
export function namedValues(piece: unknown): NamedValue[] {
  const found = new Map<string, NamedValue>()
  collect(piece, found)
  return [...found.values()]
}

function collect(piece: unknown, found: Map<string, NamedValue>): void {
  if (typeof piece === 'string') {
    for (const [, inside = ''] of piece.matchAll(placeholder)) collectFrom(inside, found)
  } else if (Array.isArray(piece)) for (const each of piece) collect(each, found)
  else if (piece !== null && typeof piece === 'object')
    for (const [key, inner] of Object.entries(piece)) if (key !== 'if') collect(inner, found)
}

function collectFrom(expression: string, found: Map<string, NamedValue>): void {
  for (const [, context = '', byDot, byIndex] of expression.matchAll(asked)) {
    const name = (byDot ?? byIndex ?? '').toUpperCase()
    const kind = context.toLowerCase() === 'vars' ? 'variable' : 'secret'
    if (name !== 'GITHUB_TOKEN') found.set(`${kind} ${name}`, { kind, name })
  }
}
