import { type Ast, child, children, isAst, isSet, only, opened, strings, textOf } from './ast.ts'

/** What a body of PL/pgSQL carries out: a statement, or an expression whose text is executed. */
export interface BodyPart {
  kind: 'statement' | 'executed'
  text: string
}

const statementIn: Record<string, string> = {
  PLpgSQL_stmt_execsql: 'sqlstmt',
  PLpgSQL_stmt_perform: 'expr',
  PLpgSQL_stmt_call: 'expr',
  PLpgSQL_stmt_fors: 'query',
  PLpgSQL_stmt_return_query: 'query',
}
const executedIn: Record<string, string> = {
  PLpgSQL_stmt_dynexecute: 'query',
  PLpgSQL_stmt_dynfors: 'query',
  PLpgSQL_stmt_return_query: 'dynquery',
}

/** Every statement in the tree of a body, in its order, whatever stands around it. */
export function partsOf(tree: unknown): BodyPart[] {
  if (Array.isArray(tree)) return tree.flatMap(partsOf)
  if (!isAst(tree)) return []
  return Object.entries(tree).flatMap(([type, node]) => [...ownParts(type, node), ...partsOf(node)])
}

function ownParts(type: string, node: unknown): BodyPart[] {
  if (!isAst(node)) return []
  const query = (field: string | undefined) =>
    field === undefined ? '' : textOf(child(child(node, field), 'PLpgSQL_expr'), 'query')
  const parts: BodyPart[] = [
    { kind: 'statement', text: query(statementIn[type]) },
    { kind: 'executed', text: query(executedIn[type]) },
  ]
  return parts.filter(({ text }) => text !== '')
}

/** Stands for what is known only when it runs. */
export const anything = 'gantry_any'

/** The text an expression makes, as far as it stands in it; null where nothing of it does. @param expression a tree */
export function textMade(expression: Ast): string | null {
  const made = pieceOf(expression)
  return made.replaceAll(anything, '').trim() === '' ? null : made
}

function pieceOf(expression: Ast): string {
  const { type, body } = opened(expression)
  if (type === 'A_Const') return textOf(child(body, 'sval'), 'sval')
  if (type === 'TypeCast') return pieceOf(child(body, 'arg'))
  if (type === 'A_Expr' && strings(children(body, 'name')).includes('||')) {
    return pieceOf(child(body, 'lexpr')) + pieceOf(child(body, 'rexpr'))
  }
  const isFormat = type === 'FuncCall' && strings(children(body, 'funcname')).at(-1) === 'format'
  const [pattern] = children(body, 'args')
  if (!isFormat || !pattern || isSet(body, 'func_variadic')) return anything
  return pieceOf(pattern)
    .replace(/%(\d+\$)?-?\d*[Is]/g, anything)
    .replace(/%(\d+\$)?-?\d*L/g, "'x'")
    .replaceAll('%%', '%')
}

/** The first expression that a `select` answers. */
export function selected(query: Ast): Ast {
  const [target = {}] = only(children(query, 'targetList'), 'ResTarget')
  return child(target, 'val')
}
