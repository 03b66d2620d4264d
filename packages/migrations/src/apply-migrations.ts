import { GantryError } from '@gantry/core'
import { refusesTransaction } from './concurrent-index.ts'
import { historyTables, isChanged, type Recorded, readHistory, record } from './history.ts'
import { type Held, type Waiting, whileLocked } from './lock.ts'
import { labelOf, type MigrationScript } from './migration-script.ts'
import { type SqlSession, saidOf } from './sql-session.ts'
import { type SqlStatement, sqlStatements } from './sql-tokens.ts'
import { applyStatements, forgetProgress } from './statement-by-statement.ts'
import { withoutTransactionMarks } from './transaction-mark.ts'

/** Versions, in order. */
export interface Migrated {
  applied: string[]
  alreadyThere: string[]
}

export interface ApplyOptions {
  /** How long a statement waits for a lock that somebody else has before it gives up; 4 s, as the Supabase CLI. */
  lockTimeoutMs?: number
  /** How long one statement may work; 0, which is the default, for as long as it takes. */
  statementTimeoutMs?: number
  /** Told before each statement, and when it is done. */
  onStatement?(progress: StatementProgress): void
  /** Told while another process migrates this database. */
  onWaiting?(holder: Waiting): void
}

/** What is sent, and where it begins in the file. */
type Piece = Pick<SqlStatement, 'text' | 'at'>

export interface StatementProgress {
  migration: string
  /** Counted from 1. */
  statement: number
  of: number
  text: string
  isDone: boolean
}

/**
 * Brings a database to a list of migrations: what is missing is applied in the order of the versions, each in a transaction
 * of its own with its history row. The history is the Supabase CLI's, so either tool sees what the other did. Processes that
 * start at once take turns.
 * @throws GantryError MIGRATION_CHANGED when one that was applied says something else now; MIGRATION_FAILED with the place
 */
export async function applyMigrations(
  session: SqlSession,
  scripts: readonly MigrationScript[],
  options: ApplyOptions = {},
): Promise<Migrated> {
  const migrated: Migrated = { applied: [], alreadyThere: [] }
  const known = await readHistory(session)
  for (const script of scripts.toSorted((a, b) => (a.version < b.version ? -1 : 1))) {
    const isNew = !isRecorded(known, script) && (await apply(session, script, options))
    migrated[isNew ? 'applied' : 'alreadyThere'].push(script.version)
  }
  return migrated
}

function isRecorded(history: ReadonlyMap<string, Recorded>, script: MigrationScript): boolean {
  const stored = history.get(script.version)
  if (!stored) return false
  if (!isChanged(stored, script)) return true
  const name = labelOf(script)
  throw new GantryError('MIGRATION_CHANGED', `${name} was applied before and has been edited since`, { name })
}

/** False when another process applied it meanwhile. */
function apply(session: SqlSession, script: MigrationScript, options: ApplyOptions): Promise<boolean> {
  const statements = withoutTransactionMarks(script, sqlStatements(script.sql))
  const isWhole = !statements.some(refusesTransaction)
  const lock = { kind: isWhole ? 'transaction' : 'session', onWaiting: options.onWaiting } as const
  return whileLocked(session, lock, async held => {
    await session.query(historyTables)
    if (isRecorded(await readHistory(session), script)) return false
    if (isWhole) await applyWhole(session, script, { statements, held, options })
    else await applyApart(session, script, { statements, options })
    return true
  })
}

async function applyWhole(
  session: SqlSession,
  script: MigrationScript,
  { statements, held, options }: { statements: SqlStatement[]; held: Held; options: ApplyOptions },
): Promise<void> {
  await limit(session, options)
  const pieces = options.onStatement ? statements : together(script, statements)
  const perform = performer(session, script, { of: pieces.length, options })
  for (const piece of pieces) await perform(piece)
  await record(session, script)
  await held.commit()
}

/** Where nobody is told of each statement, they travel at once. */
function together({ sql }: MigrationScript, statements: Piece[]): Piece[] {
  const [first, last] = [statements[0], statements.at(-1)]
  return first && last ? [{ text: sql.slice(first.at, last.at + last.text.length), at: first.at }] : []
}

async function applyApart(
  session: SqlSession,
  script: MigrationScript,
  { statements, options }: { statements: SqlStatement[]; options: ApplyOptions },
): Promise<void> {
  const perform = performer(session, script, { of: statements.length, options })
  await applyStatements(session, script, statements, { perform, limitLocks: () => limit(session, options) })
  await session.query('begin')
  try {
    await forgetProgress(session, script)
    await record(session, script)
    await session.query('commit')
  } catch (cause) {
    await session.query('rollback').catch(() => undefined)
    throw cause
  }
}

/** For the transaction that has begun. A statement that refuses one waits for others by its nature. */
async function limit(
  session: SqlSession,
  { lockTimeoutMs = 4_000, statementTimeoutMs = 0 }: ApplyOptions,
): Promise<void> {
  await session.query(`set local lock_timeout = ${Math.round(lockTimeoutMs)}`)
  await session.query(`set local statement_timeout = ${Math.round(statementTimeoutMs)}`)
}

function performer(
  session: SqlSession,
  script: MigrationScript,
  { of, options }: { of: number; options: ApplyOptions },
): (piece: Piece) => Promise<void> {
  let count = 0
  return async ({ text, at }) => {
    count += 1
    const progress = { migration: labelOf(script), statement: count, of, text }
    options.onStatement?.({ ...progress, isDone: false })
    await session.query(text).catch(cause => {
      throw failure(cause, script, at)
    })
    options.onStatement?.({ ...progress, isDone: true })
  }
}

function failure(cause: unknown, script: MigrationScript, at: number): unknown {
  if (cause instanceof GantryError) return cause
  const { message, position, ...said } = saidOf(cause)
  const name = labelOf(script)
  const place = placeIn(script.sql, at + (position ?? 1) - 1)
  const where = `${name}:${place.line}:${place.column}`
  return new GantryError('MIGRATION_FAILED', `${where}: ${message}`, { migration: name, ...place, ...said }, { cause })
}

function placeIn(file: string, at: number): { line: number; column: number } {
  const lines = file.slice(0, at).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}
