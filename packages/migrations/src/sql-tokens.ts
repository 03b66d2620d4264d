/** A piece of SQL that matters. Comments and blanks are left out; `at` is the offset in the text. */
export interface SqlToken {
  /** `word`: unquoted, upper case in `text`. `name`: "quoted". `string`: a literal, also $tag$ … $tag$. */
  kind: 'word' | 'name' | 'string' | 'number' | 'symbol'
  text: string
  at: number
  end: number
}

export interface SqlStatement {
  tokens: SqlToken[]
  /** From the first token to the last: without the semicolon and the comments around it. */
  text: string
  /** Where that begins in the script. */
  at: number
  /** With the comments that stand before and behind it, as the Supabase CLI notes a statement in its history. */
  noted: string
}

/** Cuts a script at its semicolons, as `psql` does: not inside strings, comments or the body of a function. */
export function sqlStatements(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = []
  let tokens: SqlToken[] = []
  let start = 0
  const finish = (end: number) => {
    const first = tokens[0]
    const last = tokens.at(-1)
    if (first && last)
      statements.push({
        ...{ tokens, text: sql.slice(first.at, last.end), at: first.at },
        noted: sql.slice(start, end).trim(),
      })
    tokens = []
    start = end + 1
  }
  let body = 0
  for (const token of sqlTokens(sql)) {
    body = bodyDepth(body, token, tokens.at(-1))
    if (token.kind === 'symbol' && token.text === ';' && body === 0) finish(token.at)
    else tokens.push(token)
  }
  finish(sql.length)
  return statements
}

/** `BEGIN ATOMIC … END` is the one body whose semicolons stand outside a string; `CASE … END` nests in it. */
function bodyDepth(depth: number, token: SqlToken, before: SqlToken | undefined): number {
  if (token.kind !== 'word') return depth
  if (token.text === 'ATOMIC' && before?.text === 'BEGIN') return 1
  if (depth === 0) return 0
  if (token.text === 'CASE') return depth + 1
  return token.text === 'END' ? depth - 1 : depth
}

function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = []
  let at = 0
  while (at < sql.length) {
    const skipped = skipBlank(sql, at)
    if (skipped > at) {
      at = skipped
      continue
    }
    const token = tokenAt(sql, at)
    tokens.push(token)
    at = token.end
  }
  return tokens
}

const wordPattern = /[\p{L}_][\p{L}\p{N}_$]*/uy
const numberPattern = /\d[\w.]*/y
const dollarPattern = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy

function tokenAt(sql: string, at: number): SqlToken {
  const char = sql[at]
  if (char === '"') return quoted(sql, at, 'name', '"', false)
  if (char === "'") return quoted(sql, at, 'string', "'", false)
  const dollar = matchAt(dollarPattern, sql, at)
  if (dollar !== null) return dollarQuoted(sql, at, dollar)
  const word = matchAt(wordPattern, sql, at)
  if (word !== null) return wordToken(sql, at, word)
  const text = matchAt(numberPattern, sql, at)
  if (text !== null) return { kind: 'number', text, at, end: at + text.length }
  return { kind: 'symbol', text: sql.slice(at, at + 1), at, end: at + 1 }
}

/** `E'…'` knows backslashes; `B'…'`, `N'…'`, `X'…'` and `U&'…'` do not. */
function wordToken(sql: string, at: number, word: string): SqlToken {
  const next = at + word.length
  if (/^[ebnx]$/i.test(word) && sql[next] === "'") return quoted(sql, next, 'string', "'", /^e$/i.test(word))
  return { kind: 'word', text: word.toUpperCase(), at, end: next }
}

function quoted(sql: string, at: number, kind: 'name' | 'string', mark: string, backslashes: boolean): SqlToken {
  let end = at + 1
  let text = ''
  while (end < sql.length) {
    const char = sql[end] ?? ''
    if (backslashes && char === '\\') {
      text += sql[end + 1] ?? ''
      end += 2
    } else if (char === mark && sql[end + 1] === mark) {
      text += mark
      end += 2
    } else if (char === mark) {
      return { kind, text, at, end: end + 1 }
    } else {
      text += char
      end += 1
    }
  }
  return { kind, text, at, end }
}

function dollarQuoted(sql: string, at: number, tag: string): SqlToken {
  const close = sql.indexOf(tag, at + tag.length)
  const end = close === -1 ? sql.length : close
  return { kind: 'string', text: sql.slice(at + tag.length, end), at, end: Math.min(sql.length, end + tag.length) }
}

/** The offset behind blanks and one comment, or `at` when there is neither. Block comments nest in Postgres. */
export function skipBlank(sql: string, at: number): number {
  if (/\s/.test(sql[at] ?? '')) return at + 1
  if (sql.startsWith('--', at)) {
    const line = sql.indexOf('\n', at)
    return line === -1 ? sql.length : line + 1
  }
  if (!sql.startsWith('/*', at)) return at
  let depth = 1
  let end = at + 2
  while (end < sql.length && depth > 0) {
    if (sql.startsWith('/*', end)) depth += 1
    else if (sql.startsWith('*/', end)) depth -= 1
    else {
      end += 1
      continue
    }
    end += 2
  }
  return end
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}
