import type { SqlToken } from './sql-tokens.ts'

/** Reads a statement from left to right. */
export interface SqlCursor {
  /** Takes these words if they come next, all of them. */
  take(...words: string[]): boolean
  /** Whether these words come next. */
  sees(...words: string[]): boolean
  /** A name such as `public.sites` or `"Sites"`, without `public.`; empty when none comes. */
  name(): string
  word(): string
  /** Goes behind the next `word` that stands outside parentheses; false, and stays, when there is none. */
  skipTo(...words: string[]): boolean
  rest(): SqlToken[]
}

export function sqlCursor(tokens: SqlToken[]): SqlCursor {
  let at = 0
  const sees = (...words: string[]) =>
    words.every((word, index) => tokens[at + index]?.kind === 'word' && tokens[at + index]?.text === word)
  const take = (...words: string[]) => {
    if (!sees(...words)) return false
    at += words.length
    return true
  }
  const part = () => {
    const token = tokens[at]
    if (token?.kind !== 'word' && token?.kind !== 'name') return ''
    at += 1
    return token.kind === 'word' ? token.text.toLowerCase() : token.text
  }
  const name = () => {
    let text = part()
    while (text !== '' && tokens[at]?.text === '.') {
      at += 1
      text += `.${part()}`
    }
    return text.replace(/^public\./, '')
  }
  const skipTo = (...words: string[]) => {
    let depth = 0
    for (let index = at; index < tokens.length; index += 1) {
      const { kind, text } = tokens[index] ?? { kind: 'symbol', text: '' }
      if (text === '(' && kind === 'symbol') depth += 1
      else if (text === ')' && kind === 'symbol') depth -= 1
      const start = at
      at = index
      if (depth === 0 && take(...words)) return true
      at = start
    }
    return false
  }
  return { take, sees, name, word: () => part().toUpperCase(), skipTo, rest: () => tokens.slice(at) }
}

/** Cuts at commas outside parentheses, as in `ALTER TABLE … , …`. */
export function atCommas(tokens: SqlToken[]): SqlToken[][] {
  const parts: SqlToken[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.kind === 'symbol' && token.text === '(') depth += 1
    if (token.kind === 'symbol' && token.text === ')') depth -= 1
    if (depth === 0 && token.kind === 'symbol' && token.text === ',') parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts.filter(part => part.length > 0)
}

/** Names in the first parentheses that come: `(a, "B")` → a, B. */
export function namesInParentheses(tokens: SqlToken[]): string[] {
  const open = tokens.findIndex(token => token.kind === 'symbol' && token.text === '(')
  if (open === -1) return []
  const close = tokens.findIndex((token, index) => index > open && token.kind === 'symbol' && token.text === ')')
  return atCommas(tokens.slice(open + 1, close === -1 ? undefined : close)).map(part => sqlCursor(part).name())
}
