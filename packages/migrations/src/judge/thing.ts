import { type Ast, child, children, isAst, only, opened, qualified, relationName, strings, textOf } from './ast.ts'

/** `OBJECT_MATVIEW` in words. */
export const kindInWords = (kind: string): string => words[kind] ?? kind.toLowerCase().replaceAll('_', ' ')
const words: Record<string, string> = {
  MATVIEW: 'materialized view',
  TABCONSTRAINT: 'constraint',
  DOMCONSTRAINT: 'constraint',
  STATISTIC_EXT: 'statistics',
  OPCLASS: 'operator class',
  OPFAMILY: 'operator family',
}

export const kindOf = (node: Ast, field: string): string => textOf(node, field).replace(/^OBJECT_/, '')

/** Kinds whose name stands below the one of a table: `p of sites`. */
const ofTables = new Set(['POLICY', 'TRIGGER', 'RULE', 'TABCONSTRAINT'])

/** The name of one thing, as the object of `drop`, `alter … owner` and their like. */
export function nameOf(object: Ast, kind: string): string {
  const { type, body } = opened(object)
  if (type === 'String') return textOf(body, 'sval')
  if (type === 'ObjectWithArgs') return qualified(strings(children(body, 'objname')))
  if (type === 'TypeName') return qualified(strings(children(body, 'names')))
  if (type === 'RangeVar') return relationName(body)
  const parts = strings(children(body, 'items'))
  if (!ofTables.has(kind)) return qualified(parts)
  return `${parts.at(-1) ?? ''} of ${qualified(parts.slice(0, -1))}`
}

/** Everything a statement makes, as `TABLE sites`. Those that make nothing with a name answer none. */
export function thingsMade(type: string, body: Ast): string[] {
  const made = makers[type]
  return made ? made(body).filter(thing => !thing.endsWith(' ')) : []
}

const relation = (kind: string) => (body: Ast) => [`${kind} ${relationName(child(body, 'relation'))}`]
const listed = (kind: string, field: string) => (body: Ast) => [`${kind} ${qualified(strings(children(body, field)))}`]
const named = (kind: string, field: string) => (body: Ast) => [`${kind} ${textOf(body, field)}`]
const below = (kind: string, name: string, table: string) => (body: Ast) => [
  `${kind} ${textOf(body, name)} of ${relationName(child(body, table))}`,
]

const makers: Record<string, (body: Ast) => string[]> = {
  CreateStmt: relation('TABLE'),
  CreateForeignTableStmt: body => [`TABLE ${relationName(child(child(body, 'base'), 'relation'))}`],
  CreateTableAsStmt: body => [`${kindOf(body, 'objtype')} ${relationName(child(child(body, 'into'), 'rel'))}`],
  SelectStmt: body =>
    isAst(body['intoClause']) ? [`TABLE ${relationName(child(child(body, 'intoClause'), 'rel'))}`] : [],
  ViewStmt: body => [`VIEW ${relationName(child(body, 'view'))}`],
  CreateSeqStmt: body => [`SEQUENCE ${relationName(child(body, 'sequence'))}`],
  IndexStmt: named('INDEX', 'idxname'),
  CreateEnumStmt: listed('TYPE', 'typeName'),
  CreateRangeStmt: listed('TYPE', 'typeName'),
  CompositeTypeStmt: body => [`TYPE ${relationName(child(body, 'typevar'))}`],
  CreateDomainStmt: listed('DOMAIN', 'domainname'),
  DefineStmt: body => [`${kindOf(body, 'kind')} ${qualified(strings(children(body, 'defnames')))}`],
  CreateFunctionStmt: body => [
    `${body['is_procedure'] === true ? 'PROCEDURE' : 'FUNCTION'} ${qualified(strings(children(body, 'funcname')))}`,
  ],
  CreateTrigStmt: below('TRIGGER', 'trigname', 'relation'),
  CreatePolicyStmt: below('POLICY', 'policy_name', 'table'),
  RuleStmt: below('RULE', 'rulename', 'relation'),
  CreateEventTrigStmt: named('EVENT_TRIGGER', 'trigname'),
  CreateRoleStmt: named('ROLE', 'role'),
  CreateExtensionStmt: named('EXTENSION', 'extname'),
  CreatePublicationStmt: named('PUBLICATION', 'pubname'),
  CreateSchemaStmt: body => [
    `SCHEMA ${textOf(body, 'schemaname')}`,
    ...children(body, 'schemaElts').flatMap(each => {
      const { type, body: inner } = opened(each)
      return thingsMade(type, inner)
    }),
  ],
}

/** Types of an argument list, to tell functions of one name apart. */
export const argumentsOf = (body: Ast): string =>
  only(children(body, 'parameters'), 'FunctionParameter')
    .filter(each => !['FUNC_PARAM_OUT', 'FUNC_PARAM_TABLE'].includes(textOf(each, 'mode')))
    .map(each => qualified(strings(children(child(each, 'argType'), 'names'))))
    .join(', ')
