import { type Ast, child, children, isSet, only, opened, qualified, relationName, strings, textOf } from './ast.ts'
import { contract, type Finding, unknown } from './finding.ts'
import { besides, uniqueLater } from './forms.ts'
import { isMade, isNewColumn, isNewTable, type Moment } from './schema-memory.ts'
import { judgeTableAction } from './table-actions.ts'
import type { Verbs } from './verb.ts'

/** Statements that change what a table, an index, a type or a sequence is. */
export const definitionVerbs: Verbs = {
  AlterTableStmt: (body, moment) => alterTable(body, moment),
  IndexStmt: (body, moment) => {
    if (!isSet(body, 'unique')) return []
    const table = relationName(child(body, 'relation'))
    const columns = only(children(body, 'indexParams'), 'IndexElem').map(
      each => textOf(each, 'name') || 'an expression',
    )
    if (columns.every(column => isNewColumn(moment, table, column)) && columns.length > 0) return []
    return [contract(`allows only unique values of ${table} (${columns.join(', ')})`, uniqueLater(table))]
  },
  AlterEnumStmt: (body, moment) => {
    const type = qualified(strings(children(body, 'typeName')))
    if (textOf(body, 'oldVal') === '' || isMade(moment, `TYPE ${type}`)) return []
    return [contract(`renames a value of type ${type}`, besides('the value'))]
  },
  AlterDomainStmt: (body, moment) => {
    const domain = qualified(strings(children(body, 'typeName')))
    if (isMade(moment, `DOMAIN ${domain}`)) return []
    const subtype = textOf(body, 'subtype')
    if (subtype === 'O' || subtype === 'C')
      return [contract(`allows fewer values of domain ${domain}`, besides('the domain'))]
    return subtype === 'T' && !('def' in body) ? [contract(`drops the default of domain ${domain}`)] : []
  },
  AlterSeqStmt: (body, moment) => {
    const sequence = relationName(child(body, 'sequence'))
    if (isMade(moment, `SEQUENCE ${sequence}`)) return []
    const names = only(children(body, 'options'), 'DefElem').map(each => textOf(each, 'defname'))
    return names.every(name => ['owned_by', 'as', 'cache'].includes(name))
      ? []
      : [unknown(`changes which numbers sequence ${sequence} gives next`)]
  },
  AlterPublicationStmt: body => {
    const adds = ['AP_AddObjects', ''].includes(textOf(body, 'action'))
    return adds ? [] : [contract(`takes tables out of publication ${textOf(body, 'pubname')}`)]
  },
}

function alterTable(body: Ast, moment: Moment): Finding[] {
  const name = relationName(child(body, 'relation'))
  const kind = textOf(body, 'objtype')
  if (kind === 'OBJECT_INDEX') return []
  if (kind === 'OBJECT_TYPE')
    return isMade(moment, `TYPE ${name}`) ? [] : [contract(`changes an attribute of type ${name}`, besides('the type'))]
  if (isNewTable(moment, name) || isMade(moment, `${kind.replace(/^OBJECT_/, '')} ${name}`)) return []
  return children(body, 'cmds').flatMap(each => {
    const { body: command } = opened(each)
    // `security_invoker` decides whose rights it asks with.
    if (kind === 'OBJECT_VIEW' && textOf(command, 'subtype').endsWith('RelOptions'))
      return [unknown(`changes to whom view ${name} answers what`)]
    return judgeTableAction({ table: name, command, moment }) ?? []
  })
}
