import { type Ast, child, children, isSet, opened, relationName, strings, textOf } from './ast.ts'
import { contract, type Finding, unknown } from './finding.ts'
import { besides, removeLater, renameColumn, renameTable } from './forms.ts'
import { isMade, isNewColumn, isNewTable, type Moment } from './schema-memory.ts'
import { kindInWords, kindOf, nameOf } from './thing.ts'
import type { Verbs } from './verb.ts'

/** Statements that take a whole thing away, or give it another name, place or owner. */
export const thingVerbs: Verbs = {
  DropStmt: (body, moment) => {
    const kind = kindOf(body, 'removeType')
    return children(body, 'objects').flatMap(object =>
      drop(kind, nameOf(object, kind), isSet(body, 'missing_ok'), moment),
    )
  },
  RenameStmt: (body, moment) => rename(body, moment),
  AlterObjectSchemaStmt: (body, moment) => {
    const { what, isOwn } = subject(body, moment)
    return isOwn ? [] : [contract(`moves ${what} to another schema`, besides(what))]
  },
  AlterOwnerStmt: (body, moment) => {
    const { what, isOwn } = subject(body, moment)
    return isOwn ? [] : [unknown(`gives ${what} another owner; the former one may lose its rights`)]
  },
  DropTableSpaceStmt: body => [contract(`drops tablespace ${textOf(body, 'tablespacename')}`)],
  DropdbStmt: body => [contract(`drops database ${textOf(body, 'dbname')}`)],
  DropSubscriptionStmt: body => [contract(`drops subscription ${textOf(body, 'subname')}`)],
  DropUserMappingStmt: () => [contract('drops a user mapping')],
}

const usedByNobody = new Set(['STATISTIC_EXT', 'CAST', 'TABCONSTRAINT'])
/** Making one of them anew in the same migration puts it back; of a table what was in it is lost. */
const putBack = new Set([
  'TRIGGER',
  'POLICY',
  'RULE',
  'FUNCTION',
  'PROCEDURE',
  'AGGREGATE',
  'ROUTINE',
  'VIEW',
  'EVENT_TRIGGER',
])

function drop(kind: string, name: string, isTolerant: boolean, moment: Moment): Finding[] {
  const thing = `${kind === 'FOREIGN_TABLE' ? 'TABLE' : kind} ${name}`
  if (usedByNobody.has(kind) || isMade(moment, thing)) return []
  if (kind === 'INDEX') return dropIndex(name, moment)
  if (putBack.has(kind) && moment.later.has(thing)) {
    moment.dropped.set(thing, isTolerant)
    return []
  }
  const what = `${kindInWords(kind)} ${name}`
  return [contract(`drops ${what}`, removeLater(what))]
}

function dropIndex(name: string, { known }: Moment): Finding[] {
  if (!known.uniques.has(name)) return []
  return [contract(`drops the unique index ${name}, on which \`on conflict\` rests`, removeLater('it'))]
}

/** Names that SQL of a product does not use. */
const unused = new Set([
  'TABCONSTRAINT',
  'DOMCONSTRAINT',
  'INDEX',
  'TRIGGER',
  'POLICY',
  'RULE',
  'STATISTIC_EXT',
  'EVENT_TRIGGER',
])

function rename(body: Ast, moment: Moment): Finding[] {
  const kind = kindOf(body, 'renameType')
  if (unused.has(kind)) return []
  const to = textOf(body, 'newname')
  const relation = relationName(child(body, 'relation'))
  const from = textOf(body, 'subname')
  if (kind === 'COLUMN') {
    if (isNewColumn(moment, relation, from)) return []
    return [contract(`renames column ${relation}.${from} to ${to}`, renameColumn(relation, from, to))]
  }
  if (kind === 'TABLE') {
    if (isNewTable(moment, relation) || moment.later.has(`VIEW ${relation}`)) return []
    return [contract(`renames table ${relation} to ${to}`, renameTable(relation, to))]
  }
  if (kind === 'ATTRIBUTE') return [contract(`changes an attribute of type ${relation}`, besides('the type'))]
  const { what, isOwn } = subject({ ...body, objectType: body['renameType'] }, moment)
  return isOwn ? [] : [contract(`renames ${what}`, besides(what))]
}

/** What `alter … owner to`, `set schema` and `rename` are about. */
function subject(body: Ast, moment: Moment): { what: string; isOwn: boolean } {
  const kind = kindOf(body, 'objectType')
  const relation = relationName(child(body, 'relation'))
  const object = child(body, 'object')
  const plain = textOf(body, 'subname')
  const name = relation || (Object.keys(object).length > 0 ? nameOf(object, kind) : plain)
  return { what: `${kindInWords(kind)} ${name}`, isOwn: isMade(moment, `${kind} ${name}`) }
}

/** What stands in a list of objects, by its kind, for `grant` and `revoke`. */
export function objectsOf(body: Ast): { thing: string; name: string }[] {
  const kind = kindOf(body, 'objtype')
  return children(body, 'objects').map(object => {
    const { type, body: inner } = opened(object)
    const name = type === 'List' ? strings(children(inner, 'items')).join('.') : nameOf(object, kind)
    return { thing: `${kind} ${name}`, name }
  })
}
