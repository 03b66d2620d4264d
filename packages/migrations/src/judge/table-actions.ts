import { type Ast, child, children, isAst, isSet, only, opened, qualified, strings, textOf } from './ast.ts'
import { columnTypeOf, spoken, widens } from './column-type.ts'
import { contract, type Finding, unknown } from './finding.ts'
import { constraintLater, notNullLater, otherType, removeLater, requiredColumn, uniqueLater } from './forms.ts'
import { isNewColumn, isNewTable, type Moment } from './schema-memory.ts'

interface Action {
  table: string
  /** Of an `AlterTableCmd`. */
  command: Ast
  moment: Moment
}
type Judge = (action: Action) => Finding | null

/** What one action of `alter table` does to the release that serves; null when it only adds. */
export function judgeTableAction(action: Action): Finding | null {
  const subtype = textOf(action.command, 'subtype')
  if (harmless.has(subtype)) return null
  const judge = judges[subtype]
  return judge ? judge(action) : unknown(`alters ${action.table} in a way Gantry does not know`)
}

const harmless = new Set([
  ...['AT_DropNotNull', 'AT_SetStatistics', 'AT_SetOptions', 'AT_ResetOptions', 'AT_SetStorage', 'AT_SetCompression'],
  ...['AT_ValidateConstraint', 'AT_ClusterOn', 'AT_DropCluster', 'AT_SetLogged', 'AT_SetUnLogged', 'AT_SetTableSpace'],
  ...['AT_SetAccessMethod', 'AT_SetRelOptions', 'AT_ResetRelOptions', 'AT_ReplaceRelOptions', 'AT_ReplicaIdentity'],
  ...['AT_DisableRowSecurity', 'AT_NoForceRowSecurity', 'AT_AttachPartition', 'AT_DisableRule', 'AT_CheckNotNull'],
])

const columnOf = ({ table, command }: Action): string => `${table}.${textOf(command, 'name')}`
const hides: Judge = ({ table }) => contract(`hides rows of ${table} (row level security)`)
const fires: Judge = ({ table, command }) =>
  unknown(`turns ${triggerOf(command)} on, which runs on what the release that serves writes into ${table}`)
const stops: Judge = ({ table, command }) => contract(`turns ${triggerOf(command)} of ${table} off`)
const triggerOf = (command: Ast): string => {
  const name = textOf(command, 'name')
  return name === '' ? 'triggers' : `trigger ${name}`
}

const judges: Record<string, Judge> = {
  AT_AddColumn: addColumn,
  AT_DropColumn: dropColumn,
  AT_ColumnDefault: action =>
    'def' in action.command || isNewOne(action)
      ? null
      : contract(`drops the default of ${columnOf(action)}`, removeLater('the default')),
  AT_SetNotNull: action =>
    isNewOne(action)
      ? null
      : contract(`forbids null in ${columnOf(action)}`, notNullLater(action.table, textOf(action.command, 'name'))),
  AT_AlterColumnType: changeType,
  AT_AddConstraint: addConstraint,
  AT_AlterConstraint: alterConstraint,
  AT_DropConstraint: ({ table, command, moment }) => {
    const name = textOf(command, 'name')
    const isUnique = moment.known.uniques.has(name) || /_(pkey|key)$/.test(name)
    if (!isUnique || moment.made.uniques.has(name)) return null
    return contract(`drops the unique key ${name} of ${table}, on which \`on conflict\` rests`, removeLater('the key'))
  },
  AT_AddIdentity: action =>
    fillsAlways(action, textOf(child(child(action.command, 'def'), 'Constraint'), 'generated_when')),
  AT_SetIdentity: action => fillsAlways(action, ''),
  AT_DropIdentity: action => contract(`no longer fills ${columnOf(action)}`),
  AT_DropExpression: action => contract(`no longer fills ${columnOf(action)}`),
  AT_SetExpression: action => unknown(`changes what ${columnOf(action)} holds`),
  AT_DetachPartition: ({ table, command }) => contract(`detaches partition ${partitionOf(command)} of ${table}`),
  AT_DetachPartitionFinalize: () => null,
  AT_EnableRowSecurity: hides,
  AT_ForceRowSecurity: hides,
  AT_EnableTrig: fires,
  AT_EnableAlwaysTrig: fires,
  AT_EnableReplicaTrig: fires,
  AT_EnableTrigAll: fires,
  AT_EnableTrigUser: fires,
  AT_DisableTrig: stops,
  AT_DisableTrigAll: stops,
  AT_DisableTrigUser: stops,
  AT_EnableRule: ({ table }) => contract(`rewrites what is asked of ${table} (rule)`),
  AT_EnableAlwaysRule: ({ table }) => contract(`rewrites what is asked of ${table} (rule)`),
  AT_ChangeOwner: ({ table }) => unknown(`gives ${table} another owner; the former one may lose its rights`),
  AT_AlterColumnGenericOptions: action => unknown(`changes how ${columnOf(action)} is fetched`),
  AT_GenericOptions: ({ table }) => unknown(`changes how ${table} is fetched`),
}

const isNewOne = ({ table, command, moment }: Action): boolean => isNewColumn(moment, table, textOf(command, 'name'))

function addColumn({ table, command }: Action): Finding | null {
  const column = child(child(command, 'def'), 'ColumnDef')
  const kinds = only(children(column, 'constraints'), 'Constraint').map(each => textOf(each, 'contype'))
  const isFilled = ['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED'].some(kind => kinds.includes(kind))
  const isDemanded = ['CONSTR_NOTNULL', 'CONSTR_PRIMARY'].some(kind => kinds.includes(kind))
  const { name } = columnTypeOf(child(column, 'typeName'))
  if (!isDemanded || isFilled || /^(small|big)?serial[248]?$/.test(name)) return null
  const added = textOf(column, 'colname')
  return contract(`demands a value for the new column ${table}.${added}`, requiredColumn(table, added))
}

function dropColumn(action: Action): Finding | null {
  if (isNewOne(action)) return null
  return contract(`drops column ${columnOf(action)}`, removeLater(columnOf(action)))
}

function changeType(action: Action): Finding | null {
  if (isNewOne(action)) return null
  const { table, command, moment } = action
  const definition = child(child(command, 'def'), 'ColumnDef')
  const to = columnTypeOf(child(definition, 'typeName'))
  const from = moment.known.columns.get(columnOf(action))
  if (from && !('raw_default' in definition) && widens(from, to)) return null
  const change = from ? `from ${spoken(from)} to ${spoken(to)}` : `to ${spoken(to)}`
  return contract(
    `changes the type of ${columnOf(action)} ${change}, while the table is locked`,
    otherType(table, textOf(command, 'name')),
  )
}

function addConstraint({ table, command, moment }: Action): Finding | null {
  if (isNewTable(moment, table)) return null
  const constraint = child(child(command, 'def'), 'Constraint')
  const kind = textOf(constraint, 'contype')
  if (kind === 'CONSTR_UNIQUE' && textOf(constraint, 'indexname') !== '') return null
  const columns = constrainedColumns(constraint)
  if (columns.length > 0 && columns.every(column => isNewColumn(moment, table, column))) return null
  if (kind === 'CONSTR_NOTNULL') {
    const [column = ''] = columns
    return contract(`forbids null in ${table}.${column}`, notNullLater(table, column))
  }
  const isUnique = kind === 'CONSTR_UNIQUE' || kind === 'CONSTR_PRIMARY'
  const checks = isSet(constraint, 'skip_validation') || isUnique ? '' : ', and checks every row under a lock'
  return contract(
    `allows fewer values in ${table} (new constraint)${checks}`,
    isUnique ? uniqueLater(table) : constraintLater(table),
  )
}

/** Those it names; of a check those its condition reads. */
function constrainedColumns(constraint: Ast): string[] {
  const named = [...strings(children(constraint, 'keys')), ...strings(children(constraint, 'fk_attrs'))]
  const excluded = children(constraint, 'exclusions').flatMap(each => namesBelow(each))
  return [...named, ...excluded, ...namesBelow(child(constraint, 'raw_expr'))]
}

function namesBelow(root: unknown): string[] {
  if (Array.isArray(root)) return root.flatMap(namesBelow)
  if (!isAst(root)) return []
  return Object.entries(root).flatMap(([type, value]) => {
    if (!isAst(value)) return namesBelow(value)
    if (type === 'ColumnRef') return strings(children(value, 'fields')).slice(-1)
    if (type === 'IndexElem') return textOf(value, 'name') || namesBelow(value)
    return namesBelow(value)
  })
}

function alterConstraint({ table, command }: Action): Finding | null {
  const { body } = opened(child(command, 'def'))
  const name = textOf(body, 'conname')
  const enforces = isSet(body, 'alterEnforceability') && isSet(body, 'is_enforced')
  const checksSooner = isSet(body, 'alterDeferability') && !isSet(body, 'initdeferred')
  if (!enforces && !checksSooner) return null
  return contract(`makes constraint ${name} of ${table} ${enforces ? 'enforced' : 'checked sooner'}`)
}

/** `generated always` refuses a value that somebody writes. */
const fillsAlways = (action: Action, when: string): Finding | null =>
  when === 'd' || isNewOne(action) ? null : contract(`refuses values for ${columnOf(action)}, which it fills itself`)

const partitionOf = (command: Ast): string => {
  const relation = child(child(child(command, 'def'), 'PartitionCmd'), 'name')
  return qualified([textOf(relation, 'schemaname'), textOf(relation, 'relname')].filter(part => part !== ''))
}
