import { type Ast, child, children, everyNode, isSet, only, opened, relationName, strings, textOf } from './ast.ts'
import { callsOf } from './calls.ts'
import { data, type Finding } from './finding.ts'
import { fillNewColumn } from './forms.ts'
import { isNewColumn, isNewTable, type Moment } from './schema-memory.ts'
import type { Verb, Verbs } from './verb.ts'

/** Statements that read or write rows. */
export const rowVerbs: Verbs = {
  SelectStmt: withParts((body, moment, within) => callsOf(body, moment, within)),
  InsertStmt: withParts((body, moment) => {
    const table = relationName(child(body, 'relation'))
    if (isNewTable(moment, table)) return []
    const conflict = child(body, 'onConflictClause')
    if (textOf(conflict, 'action') !== 'ONCONFLICT_UPDATE') return [data(`adds rows to ${table}`, true)]
    return changed(table, conflict, moment, `changes rows of ${table} that are there already`)
  }),
  UpdateStmt: withParts((body, moment) => {
    const table = relationName(child(body, 'relation'))
    const isMass = !('whereClause' in body) || isAlwaysTrue(child(body, 'whereClause'))
    return changed(table, body, moment, `changes ${isMass ? 'every row' : 'rows'} of ${table}`)
  }),
  DeleteStmt: withParts((body, moment) => taken('deletes rows of', relationName(child(body, 'relation')), moment)),
  TruncateStmt: (body, moment) =>
    only(children(body, 'relations'), 'RangeVar').flatMap(table => taken('empties table', relationName(table), moment)),
  MergeStmt: withParts((body, moment) => {
    const table = relationName(child(body, 'relation'))
    if (isNewTable(moment, table)) return []
    return only(children(body, 'mergeWhenClauses'), 'MergeWhenClause').flatMap(clause => {
      const command = textOf(clause, 'commandType')
      if (command === 'CMD_DELETE') return taken('deletes rows by merge of', table, moment)
      return command === 'CMD_UPDATE' ? changed(table, clause, moment, `changes rows of ${table}`) : []
    })
  }),
  CopyStmt: (body, moment, within) => {
    const query = child(body, 'query')
    if (!isSet(body, 'is_from')) return Object.keys(query).length > 0 ? within.node(query, moment) : []
    const table = relationName(child(body, 'relation'))
    return isNewTable(moment, table) ? [] : [data(`adds rows to ${table}`, true)]
  },
}

/** With what the statements of its `with` do. */
function withParts(verb: Verb): Verb {
  return (body, moment, within) => [
    ...only(children(child(body, 'withClause'), 'ctes'), 'CommonTableExpr').flatMap(each =>
      within.node(child(each, 'ctequery'), moment),
    ),
    ...verb(body, moment, within),
  ]
}

const taken = (act: string, table: string, moment: Moment): Finding[] =>
  isNewTable(moment, table) ? [] : [data(`${act} ${table}; going back does not bring them back`, false)]

/**
 * Columns this migration adds are nobody's yet. A row whose column was null, and which only gets a value there, has lost
 * nothing.
 */
function changed(table: string, statement: Ast, moment: Moment, why: string): Finding[] {
  if (isNewTable(moment, table)) return []
  const columns = only(children(statement, 'targetList'), 'ResTarget').map(each => textOf(each, 'name'))
  const empty = nullTested(child(statement, 'whereClause'))
  const fills = columns.length > 0 && columns.every(each => isNewColumn(moment, table, each) || empty.has(each))
  if (fills) return [data(`fills ${columns.map(each => `${table}.${each}`).join(', ')}`, true)]
  return [data(`${why}; going back does not bring them back`, false, fillNewColumn)]
}

/** Columns that must be null for the condition to hold: those of `a is null and …`, not of `or`. */
function nullTested(condition: Ast): Set<string> {
  const { type, body } = opened(condition)
  if (type === 'BoolExpr' && textOf(body, 'boolop') === 'AND_EXPR') {
    return new Set(children(body, 'args').flatMap(each => [...nullTested(each)]))
  }
  if (type !== 'NullTest' || textOf(body, 'nulltesttype') !== 'IS_NULL') return new Set()
  return new Set(strings(children(child(child(body, 'arg'), 'ColumnRef'), 'fields')).slice(-1))
}

/** `where true`, `where 1 = 1`: no column is read. */
const isAlwaysTrue = (condition: Ast): boolean => everyNode(condition, 'ColumnRef').length === 0
