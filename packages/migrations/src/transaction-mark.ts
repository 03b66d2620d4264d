import { GantryError } from '@gantry/core'
import type { MigrationScript } from './migration-script.ts'
import { labelOf } from './migration-script.ts'
import type { SqlStatement } from './sql-tokens.ts'

/**
 * The statements of a migration that are carried out. A migration is one transaction with its history row, so a `begin` in
 * front and a `commit` at the end say what holds anyway.
 * @throws GantryError MIGRATION_FAILED when it ends a transaction anywhere else: nothing behind it could be taken back
 */
export function withoutTransactionMarks(script: MigrationScript, statements: SqlStatement[]): SqlStatement[] {
  const [first, last] = [statements[0], statements.at(-1)]
  const isWrapped = first !== undefined && last !== undefined && begins(first) && commits(last)
  const rest = isWrapped ? statements.slice(1, -1) : statements
  const mark = rest.find(statement => begins(statement) || commits(statement) || takesBack(statement))
  if (!mark) return rest
  const line = script.sql.slice(0, mark.at).split('\n').length
  throw new GantryError(
    'MIGRATION_FAILED',
    `${labelOf(script)}:${line}: a migration is one transaction; take "${mark.text}" out, or cut the file in two there`,
    { migration: labelOf(script), line },
  )
}

const words = ({ tokens }: SqlStatement): string[] => tokens.map(({ kind, text }) => (kind === 'word' ? text : ''))

const begins = (statement: SqlStatement): boolean => {
  const [first, second] = words(statement)
  return first === 'BEGIN' || (first === 'START' && second === 'TRANSACTION')
}
const commits = (statement: SqlStatement): boolean => ['COMMIT', 'END'].includes(words(statement)[0] ?? '')
/** `rollback to` a savepoint ends nothing. */
const takesBack = (statement: SqlStatement): boolean => {
  const all = words(statement)
  return all[0] === 'ABORT' || (all[0] === 'ROLLBACK' && !all.includes('TO'))
}
