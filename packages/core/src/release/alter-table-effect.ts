import type { MadeHere } from './made-here.ts'
import { atCommas, namesInParentheses, type SqlCursor, sqlCursor } from './sql-cursor.ts'
import type { SqlToken } from './sql-tokens.ts'

/** What `ALTER TABLE …` takes away, in words; the cursor stands behind TABLE. */
export function alterTableEffect(cursor: SqlCursor, made: MadeHere): string[] {
  cursor.take('IF', 'EXISTS')
  cursor.take('ONLY')
  const table = cursor.name()
  if (made.things.has(`TABLE ${table}`)) return []
  return atCommas(cursor.rest()).flatMap(action => actionEffect(table, action, made) ?? [])
}

function actionEffect(table: string, tokens: SqlToken[], made: MadeHere): string | null {
  const cursor = sqlCursor(tokens)
  if (cursor.take('*')) return null
  if (cursor.take('DROP')) return dropEffect(table, cursor, made)
  if (cursor.take('RENAME')) return renameEffect(table, cursor)
  if (cursor.take('ALTER')) return columnEffect(table, cursor)
  if (cursor.take('ADD')) return addEffect(table, cursor, made)
  if (cursor.take('SET', 'SCHEMA')) return `moves table ${table} to another schema`
  if (cursor.take('DETACH', 'PARTITION')) return `detaches partition ${cursor.name()} of ${table}`
  if (cursor.sees('ENABLE', 'ROW') || cursor.sees('FORCE', 'ROW')) return `hides rows of ${table} (row level security)`
  return null
}

function dropEffect(table: string, cursor: SqlCursor, made: MadeHere): string | null {
  if (cursor.take('CONSTRAINT')) return null
  cursor.take('COLUMN')
  cursor.take('IF', 'EXISTS')
  const column = `${table}.${cursor.name()}`
  return made.columns.has(column) ? null : `drops column ${column}`
}

function renameEffect(table: string, cursor: SqlCursor): string | null {
  if (cursor.take('CONSTRAINT')) return null
  if (cursor.take('TO')) return `renames table ${table} to ${cursor.name()}`
  cursor.take('COLUMN')
  return `renames column ${table}.${cursor.name()}`
}

function columnEffect(table: string, cursor: SqlCursor): string | null {
  cursor.take('COLUMN')
  const column = `${table}.${cursor.name()}`
  if (cursor.take('SET', 'NOT', 'NULL')) return `forbids null in ${column}`
  if (cursor.take('DROP', 'DEFAULT')) return `drops the default of ${column}`
  if (cursor.take('DROP', 'IDENTITY') || cursor.take('DROP', 'EXPRESSION')) return `no longer fills ${column}`
  if (cursor.take('SET', 'DATA', 'TYPE') || cursor.take('TYPE')) {
    return surelyWidens(cursor.rest()) ? null : `changes the type of ${column}`
  }
  return null
}

const widest = new Set([
  'TEXT',
  'BIGINT',
  'INT8',
  'NUMERIC',
  'VARCHAR',
  'CHARACTER VARYING',
  'DOUBLE PRECISION',
  'TIMESTAMPTZ',
])

/** The type before is not in the file. Without a limit and without USING, these hold what the smaller ones held. */
function surelyWidens(tokens: SqlToken[]): boolean {
  return widest.has(tokens.map(token => token.text).join(' '))
}

const filledByItself = new Set(['DEFAULT', 'GENERATED', 'SERIAL', 'BIGSERIAL', 'SMALLSERIAL'])
const constraints = ['CONSTRAINT', 'CHECK', 'UNIQUE', 'PRIMARY', 'FOREIGN', 'EXCLUDE'] as const

function addEffect(table: string, cursor: SqlCursor, made: MadeHere): string | null {
  if (constraints.some(word => cursor.sees(word))) return constraintEffect(table, cursor, made)
  cursor.take('COLUMN')
  cursor.take('IF', 'NOT', 'EXISTS')
  const column = cursor.name()
  const words = cursor
    .rest()
    .filter(token => token.kind === 'word')
    .map(token => token.text)
  const isNotNull =
    words.some((word, index) => word === 'NULL' && words[index - 1] === 'NOT') || words.includes('PRIMARY')
  if (!isNotNull || words.some(word => filledByItself.has(word))) return null
  return `demands a value for the new column ${table}.${column}`
}

function constraintEffect(table: string, cursor: SqlCursor, made: MadeHere): string | null {
  const columns = namesInParentheses(cursor.rest())
  const isAboutNewColumns = columns.length > 0 && columns.every(column => made.columns.has(`${table}.${column}`))
  return isAboutNewColumns ? null : `allows fewer values in ${table} (new constraint)`
}
