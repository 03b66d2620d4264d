import {
  type Ast,
  child,
  children,
  definitionOf,
  isSet,
  only,
  opened,
  qualified,
  relationName,
  strings,
  textOf,
} from './ast.ts'
import { codeOf } from './code.ts'
import { columnTypeOf } from './column-type.ts'
import type { Moment } from './schema-memory.ts'
import { argumentsOf, kindOf, nameOf, thingsMade } from './thing.ts'

/** Notes what a statement made, took away and renamed, for the statements behind it. */
export function remember(type: string, body: Ast, moment: Moment): void {
  for (const thing of thingsMade(type, body)) rememberThing(thing, type, body, moment)
  if (type === 'CreateFunctionStmt') rememberFunction(body, moment)
  if (type === 'CreateStmt') rememberTable(body, moment)
  if (type === 'AlterTableStmt') rememberActions(body, moment)
  if (type === 'IndexStmt' && isSet(body, 'unique')) noteUnique(textOf(body, 'idxname'), moment)
  if (type === 'DropStmt') forgetThings(body, moment)
  if (type === 'RenameStmt') rememberName(body, moment)
}

function rememberThing(thing: string, type: string, body: Ast, { known, made, after }: Moment): void {
  const definition = type === 'CreateFunctionStmt' ? `(${argumentsOf(body)}) ${definitionOf(body)}` : definitionOf(body)
  if (!known.things.has(thing)) made.things.set(thing, definition)
  after.things.set(thing, definition)
}

function rememberFunction(body: Ast, { made }: Moment): void {
  const { items } = child(child(body, 'sql_body'), 'List')
  const atomic = (Array.isArray(items) ? items : []).flatMap(each => children(child(each, 'List'), 'items'))
  made.functions.set(qualified(strings(children(body, 'funcname'))), { ...codeOf(body, 'options'), statements: atomic })
}

function rememberTable(body: Ast, moment: Moment): void {
  const table = relationName(child(body, 'relation'))
  const isNew = moment.made.things.has(`TABLE ${table}`)
  for (const element of children(body, 'tableElts')) {
    const { type, body: inner } = opened(element)
    if (type === 'Constraint') noteConstraint(inner, moment)
    if (type === 'ColumnDef' && isNew) noteColumn(table, inner, moment)
  }
}

function noteColumn(table: string, column: Ast, moment: Moment): void {
  const key = `${table}.${textOf(column, 'colname')}`
  const type = columnTypeOf(child(column, 'typeName'))
  moment.made.columns.set(key, type)
  moment.after.columns.set(key, type)
  for (const constraint of only(children(column, 'constraints'), 'Constraint')) noteConstraint(constraint, moment)
}

function noteConstraint(constraint: Ast, moment: Moment): void {
  if (['CONSTR_UNIQUE', 'CONSTR_PRIMARY'].includes(textOf(constraint, 'contype')))
    noteUnique(textOf(constraint, 'conname'), moment)
}

function noteUnique(name: string, { made }: Moment): void {
  if (name !== '') made.uniques.add(name)
}

function rememberActions(body: Ast, moment: Moment): void {
  const table = relationName(child(body, 'relation'))
  for (const command of only(children(body, 'cmds'), 'AlterTableCmd')) {
    const key = `${table}.${textOf(command, 'name')}`
    const { type, body: inner } = opened(child(command, 'def'))
    const subtype = textOf(command, 'subtype')
    if (subtype === 'AT_DropColumn') forgetColumn(key, moment)
    if (subtype === 'AT_AlterColumnType') moment.after.columns.set(key, columnTypeOf(child(inner, 'typeName')))
    if (type === 'Constraint') noteConstraint(inner, moment)
    if (subtype !== 'AT_AddColumn') continue
    // With "if not exists" one that was there stays what it was.
    const added = `${table}.${textOf(inner, 'colname')}`
    if (!(isSet(command, 'missing_ok') && moment.known.columns.has(added))) noteColumn(table, inner, moment)
  }
}

function forgetColumn(key: string, { made, after }: Moment): void {
  made.columns.delete(key)
  after.columns.set(key, null)
}

function forgetThings(body: Ast, { made, after }: Moment): void {
  const kind = kindOf(body, 'removeType')
  for (const object of children(body, 'objects')) {
    const thing = `${kind} ${nameOf(object, kind)}`
    made.things.delete(thing)
    after.things.set(thing, null)
  }
}

function rememberName(body: Ast, { known, made, after }: Moment): void {
  const from = relationName(child(body, 'relation'))
  const to = textOf(body, 'newname')
  if (kindOf(body, 'renameType') === 'COLUMN') {
    const column = `${from}.${textOf(body, 'subname')}`
    const type = made.columns.get(column) ?? after.columns.get(column) ?? known.columns.get(column) ?? null
    if (made.columns.has(column) && type) made.columns.set(`${from}.${to}`, type)
    after.columns.set(`${from}.${to}`, type)
    after.columns.set(column, null)
  }
  if (kindOf(body, 'renameType') !== 'TABLE') return
  const definition = made.things.get(`TABLE ${from}`)
  if (definition !== undefined) made.things.set(`TABLE ${to}`, definition)
  after.things.set(`TABLE ${to}`, definition ?? known.things.get(`TABLE ${from}`) ?? '')
  after.things.set(`TABLE ${from}`, null)
}
