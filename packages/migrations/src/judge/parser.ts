import { type Ast, child, children, isAst, opened } from './ast.ts'

/** The parser of Postgres itself, as WebAssembly: two megabytes, loaded when the first migration is judged. */
export interface Parser {
  /** @throws SyntaxFault */
  script(sql: string): ParsedStatement[]
  /** The tree of a function's body in PL/pgSQL; null where it cannot be read. */
  body(text: string): unknown
}

export interface ParsedStatement {
  type: string
  body: Ast
  /** With the comments before it, in the text that was parsed. */
  start: number
  end: number
}

/** The parser refuses the text. */
export class SyntaxFault extends Error {}

let loaded: Promise<Parser> | undefined
export function loadParser(): Promise<Parser> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Parser> {
  const { loadModule, parseSync, parsePlPgSQLSync } = await import('@libpg-query/parser')
  await loadModule()
  return {
    script(sql) {
      if (sql.trim() === '') return []
      return statementsIn(
        sql,
        attempt(() => parseSync(sql)),
      )
    },
    body(text) {
      const tag = freeTag(text)
      try {
        return parsePlPgSQLSync(`create function f() returns void language plpgsql as ${tag}${text}${tag}`)
      } catch {
        return null
      }
    },
  }
}

function attempt(parse: () => unknown): unknown {
  try {
    return parse()
  } catch (cause) {
    throw new SyntaxFault(cause instanceof Error ? cause.message : String(cause))
  }
}

/** Places in the tree count bytes. */
function statementsIn(sql: string, tree: unknown): ParsedStatement[] {
  if (!isAst(tree)) return []
  const bytes = Buffer.from(sql)
  const offset = (count: number) => (bytes.length === sql.length ? count : bytes.toString('utf8', 0, count).length)
  return children(tree, 'stmts').map(raw => {
    const start = numberIn(raw, 'stmt_location') ?? 0
    const length = numberIn(raw, 'stmt_len') ?? bytes.length - start
    return { ...opened(child(raw, 'stmt')), start: offset(start), end: offset(start + length) }
  })
}

const numberIn = (node: Ast, field: string): number | undefined => {
  const value = node[field]
  return typeof value === 'number' ? value : undefined
}

/** A dollar quote that the text does not hold. */
function freeTag(text: string): string {
  for (let count = 0; ; count++) {
    const tag = `$b${count}$`
    if (!text.includes(tag)) return tag
  }
}
