import { type Ast, child, children, definitionOf, isSet, only, relationName, textOf } from './ast.ts'
import { contract, type Finding, unknown } from './finding.ts'
import { besides, removeLater } from './forms.ts'
import { isMade, isNewTable, type Moment } from './schema-memory.ts'
import { objectsOf } from './things.ts'
import type { Verbs } from './verb.ts'

/** Statements about who may do what: roles, rights, policies. */
export const accessVerbs: Verbs = {
  GrantStmt: (body, moment) => {
    if (isSet(body, 'is_grant')) return []
    const objects = objectsOf(body)
    if (objects.length > 0 && objects.every(({ thing }) => isMade(moment, thing))) return []
    const rights = only(children(body, 'privileges'), 'AccessPriv').map(each => textOf(each, 'priv_name'))
    const names = objects.map(({ name }) => name).join(', ') || 'all there is'
    return [contract(`revokes ${rights.join(', ') || 'all rights'} on ${names}`, removeLater('the right'))]
  },
  GrantRoleStmt: body => {
    if (isSet(body, 'is_grant')) return []
    const roles = only(children(body, 'granted_roles'), 'AccessPriv').map(each => textOf(each, 'priv_name'))
    return [contract(`takes people or programs out of role ${roles.join(', ')}`)]
  },
  // Holds for what is made later, by the words of Postgres.
  AlterDefaultPrivilegesStmt: () => [],
  AlterRoleStmt: (body, moment) => alterRole(body, moment),
  AlterRoleSetStmt: body => [unknown(`changes a setting of ${roleIn(body) || 'every role'}`)],
  DropRoleStmt: body => [
    contract(
      `drops role ${only(children(body, 'roles'), 'RoleSpec')
        .map(each => textOf(each, 'rolename'))
        .join(', ')}`,
    ),
  ],
  DropOwnedStmt: () => [contract('drops everything a role owns')],
  ReassignOwnedStmt: () => [unknown('gives everything a role owns to another one')],
  CreatePolicyStmt: (body, moment) => createPolicy(body, moment),
  AlterPolicyStmt: (body, moment) => {
    const table = relationName(child(body, 'table'))
    const policy = `policy ${textOf(body, 'policy_name')} of ${table}`
    if (isMade(moment, `POLICY ${textOf(body, 'policy_name')} of ${table}`) || isNewTable(moment, table)) return []
    return [contract(`changes who sees which rows by ${policy}`, besides(policy))]
  },
}

const roleIn = (body: Ast): string => {
  const name = textOf(child(body, 'role'), 'rolename')
  return name && `role ${name}`
}

const takenBy: Record<string, string> = {
  canlogin: 'log in',
  superuser: 'do everything',
  createrole: 'make roles',
  createdb: 'make databases',
  inherit: 'use the rights of its roles by itself',
  isreplication: 'replicate',
  bypassrls: 'see all rows',
}
const changedBy: Record<string, string> = {
  password: 'changes the password of',
  connectionlimit: 'limits the connections of',
  validUntil: 'ends the password of',
}

/** `nologin` comes as `canlogin: false`, and what is false is left out. */
function alterRole(body: Ast, moment: Moment): Finding[] {
  const role = textOf(child(body, 'role'), 'rolename') || 'the current role'
  if (isMade(moment, `ROLE ${role}`)) return []
  return only(children(body, 'options'), 'DefElem').flatMap(option => {
    const name = textOf(option, 'defname')
    const changed = changedBy[name]
    if (changed !== undefined) return [contract(`${changed} role ${role}`)]
    if (name === 'rolemembers') return body['action'] === -1 ? [contract(`takes members out of role ${role}`)] : []
    const may = takenBy[name]
    if (may === undefined) return [unknown(`alters role ${role}`)]
    return isSet(child(child(option, 'arg'), 'Boolean'), 'boolval')
      ? []
      : [contract(`role ${role} may no longer ${may}`)]
  })
}

/** A policy that permits lets more be seen; one that restricts, or stands where another one stood, may hide. */
function createPolicy(body: Ast, moment: Moment): Finding[] {
  const table = relationName(child(body, 'table'))
  const name = `${textOf(body, 'policy_name')} of ${table}`
  if (isNewTable(moment, table)) return []
  const thing = `POLICY ${name}`
  const before = moment.known.things.get(thing)
  const isReplaced = moment.dropped.has(thing)
  if (isReplaced && before === definitionOf(body)) return []
  if (isReplaced && (before !== undefined || moment.dropped.get(thing) === false)) {
    return [contract(`changes who sees which rows by policy ${name}`, besides('the policy'))]
  }
  return isSet(body, 'permissive') ? [] : [contract(`hides rows of ${table} (restrictive policy)`)]
}
