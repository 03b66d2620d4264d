/**
 * A node of the tree that the parser of Postgres makes. Fields of one type hold it bare (`relation`), all others and lists
 * hold `{ <Type>: {…} }`. What is false, 0 or empty is left out.
 */
export type Ast = Readonly<Record<string, unknown>>

export const isAst = (value: unknown): value is Ast =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const nothing: Ast = {}

/** The node in a field; an empty one where there is none. */
export function child(node: Ast, field: string): Ast {
  const value = node[field]
  return isAst(value) ? value : nothing
}

export function children(node: Ast, field: string): Ast[] {
  const value = node[field]
  return Array.isArray(value) ? value.filter(isAst) : []
}

export function textOf(node: Ast, field: string): string {
  const value = node[field]
  return typeof value === 'string' ? value : ''
}

export const isSet = (node: Ast, field: string): boolean => node[field] === true

/** `{ RangeVar: {…} }` as its type and what it holds. */
export function opened(node: Ast): { type: string; body: Ast } {
  const [type = ''] = Object.keys(node)
  return { type, body: child(node, type) }
}

/** What the nodes of that type in a list hold. */
export const only = (list: Ast[], type: string): Ast[] =>
  list.flatMap(each => {
    const body = each[type]
    return isAst(body) ? [body] : []
  })

/** Every node of that type below, outermost first. */
export function everyNode(root: unknown, type: string): Ast[] {
  if (Array.isArray(root)) return root.flatMap(each => everyNode(each, type))
  if (!isAst(root)) return []
  return Object.entries(root).flatMap(([key, value]) => [
    ...(key === type && isAst(value) ? [value] : []),
    ...everyNode(value, type),
  ])
}

/** The texts of `String` nodes. */
export const strings = (list: Ast[]): string[] => only(list, 'String').map(node => textOf(node, 'sval'))

/** `public.sites` and `sites` are the same. */
export const qualified = (parts: readonly string[]): string =>
  (parts[0] === 'public' && parts.length > 1 ? parts.slice(1) : parts).join('.')

/** Of a `RangeVar`. */
export const relationName = (node: Ast): string =>
  qualified([textOf(node, 'schemaname'), textOf(node, 'relname')].filter(part => part !== ''))

/** Two nodes that say the same have the same definition, wherever they stand and however they came to be. */
export function definitionOf(node: Ast): string {
  const ignored = new Set(['location', 'stmt_location', 'stmt_len', 'replace', 'if_not_exists'])
  return JSON.stringify(node, (key, value: unknown) => (ignored.has(key) ? undefined : value))
}
