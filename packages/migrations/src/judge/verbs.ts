import { accessVerbs } from './access.ts'
import { codeVerbs } from './code.ts'
import { definitionVerbs } from './definitions.ts'
import { rowVerbs } from './rows.ts'
import { thingVerbs } from './things.ts'
import type { Verb, Verbs } from './verb.ts'

/** Kinds of statements that add a thing, or change nothing that a release uses. */
const quiet = [
  ...[
    'CreateStmt',
    'CreateTableAsStmt',
    'CreateForeignTableStmt',
    'CreateSchemaStmt',
    'CreateSeqStmt',
    'CreateStatsStmt',
  ],
  ...['CreateEnumStmt', 'CreateRangeStmt', 'CompositeTypeStmt', 'CreateDomainStmt', 'DefineStmt', 'CreateCastStmt'],
  ...[
    'CreateConversionStmt',
    'CreateOpClassStmt',
    'CreateOpFamilyStmt',
    'CreateAmStmt',
    'CreateFdwStmt',
    'CreatePLangStmt',
  ],
  ...['CreateForeignServerStmt', 'CreateUserMappingStmt', 'ImportForeignSchemaStmt', 'CreatePublicationStmt'],
  ...['CreateSubscriptionStmt', 'CreateTransformStmt', 'CreateTableSpaceStmt', 'CreatedbStmt', 'CreateRoleStmt'],
  ...['CreateExtensionStmt', 'CommentStmt', 'VariableSetStmt', 'VariableShowStmt', 'TransactionStmt', 'LockStmt'],
  ...['VacuumStmt', 'ClusterStmt', 'ReindexStmt', 'RefreshMatViewStmt', 'CheckPointStmt', 'DiscardStmt', 'LoadStmt'],
  ...['NotifyStmt', 'ListenStmt', 'UnlistenStmt', 'ConstraintsSetStmt', 'PrepareStmt', 'DeallocateStmt'],
  ...['DeclareCursorStmt', 'FetchStmt', 'ClosePortalStmt', 'AlterStatsStmt', 'AlterTableMoveAllStmt', 'AlterTypeStmt'],
  ...['AlterDatabaseRefreshCollStmt', 'AlterCollationStmt', 'AlterTableSpaceOptionsStmt', 'AlterObjectDependsStmt'],
]
const adds: Verb = () => []

/** Every kind of statement that is judged. One that is in no list is unknown. */
export const verbs: Verbs = {
  ...Object.fromEntries(quiet.map(type => [type, adds])),
  ...accessVerbs,
  ...codeVerbs,
  ...definitionVerbs,
  ...rowVerbs,
  ...thingVerbs,
}
