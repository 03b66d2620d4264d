import { alterTableEffect } from './alter-table-effect.ts'
import type { MadeHere } from './made-here.ts'
import type { Migration } from './release.ts'
import { atCommas, namesInParentheses, type SqlCursor, sqlCursor } from './sql-cursor.ts'
import { type SqlStatement, type SqlToken, sqlStatements } from './sql-tokens.ts'

/**
 * Whether a migration only adds, or takes away what an earlier release may still use, and what.
 * Reads SQL without a database, so it is careful: a change of type counts as taking away unless it surely widens,
 * a new constraint on old columns counts, and what dynamic SQL does is judged by the text of its strings.
 *
 * @example migrationEffect('alter table sites drop column body')
 *          // { effect: 'contract', takesAway: ['drops column sites.body'] }
 */
export function migrationEffect(sql: string): Pick<Migration, 'effect' | 'takesAway'> {
  const statements = sqlStatements(sql)
  const made: MadeHere = { things: new Set(), columns: new Set() }
  const takesAway = statements.flatMap((statement, index) => {
    const found = effectOf(statement, made).filter(each => !isMadeAgain(each, statements.slice(index + 1)))
    remember(statement.tokens, made)
    return found.map(each => each.words)
  })
  return { effect: takesAway.length > 0 ? 'contract' : 'expand', takesAway }
}

/** One thing taken away. `thing` is set where making it anew in the same migration puts it back. */
interface Taken {
  words: string
  thing?: string
}

function effectOf({ tokens }: Pick<SqlStatement, 'tokens'>, made: MadeHere): Taken[] {
  const cursor = sqlCursor(tokens)
  const verb = cursor.word()
  const judge = verbs[verb]
  return judge ? judge(cursor, made) : []
}

const verbs: Record<string, (cursor: SqlCursor, made: MadeHere) => Taken[]> = {
  DROP: dropEffect,
  ALTER: alterEffect,
  TRUNCATE: (cursor, made) => {
    cursor.take('TABLE')
    cursor.take('ONLY')
    return rowsTaken('empties table', cursor.name(), made)
  },
  DELETE: (cursor, made) => {
    cursor.take('FROM')
    cursor.take('ONLY')
    return rowsTaken('deletes rows of', cursor.name(), made)
  },
  WITH: (cursor, made) => nested(cursor.rest(), ['DELETE'], made),
  MERGE: cursor => (cursor.rest().some(isWord('DELETE')) ? [{ words: 'deletes rows by merge' }] : []),
  REVOKE: cursor => [
    {
      words: `revokes ${cursor
        .rest()
        .slice(0, 6)
        .map(token => token.text.toLowerCase())
        .join(' ')}`,
    },
  ],
  CREATE: createEffect,
  DO: (cursor, made) =>
    cursor
      .rest()
      .filter(token => token.kind === 'string')
      .flatMap(body => dynamicEffect(body.text, made)),
}

const dropsNothingUsed = new Set(['INDEX', 'STATISTICS', 'CAST'])
const putBackByMaking = new Set(['TRIGGER', 'POLICY', 'RULE', 'FUNCTION', 'PROCEDURE', 'AGGREGATE', 'ROUTINE'])

function dropEffect(cursor: SqlCursor, made: MadeHere): Taken[] {
  const kind = thingKind(cursor)
  if (dropsNothingUsed.has(kind)) return []
  cursor.take('IF', 'EXISTS')
  return atCommas(cursor.rest())
    .map(part => sqlCursor(part).name())
    .filter(name => !made.things.has(`${kind} ${name}`))
    .map(name => {
      const taken: Taken = { words: `drops ${kind.toLowerCase()} ${name}` }
      return putBackByMaking.has(kind) ? { ...taken, thing: `${kind} ${name}` } : taken
    })
}

function alterEffect(cursor: SqlCursor, made: MadeHere): Taken[] {
  const kind = thingKind(cursor)
  if (kind === 'TABLE' || kind === 'FOREIGN TABLE') return alterTableEffect(cursor, made).map(words => ({ words }))
  if (kind === 'INDEX') return []
  cursor.take('IF', 'EXISTS')
  const name = cursor.name()
  if (made.things.has(`${kind} ${name}`)) return []
  const what = `${kind.toLowerCase()} ${name}`
  if (cursor.skipTo('RENAME')) return [{ words: `renames ${cursor.take('VALUE') ? 'a value of ' : ''}${what}` }]
  if (cursor.skipTo('SET', 'SCHEMA')) return [{ words: `moves ${what} to another schema` }]
  if (kind === 'TYPE' && (cursor.skipTo('DROP', 'ATTRIBUTE') || cursor.skipTo('ALTER', 'ATTRIBUTE'))) {
    return [{ words: `changes an attribute of ${what}` }]
  }
  if (kind === 'DOMAIN' && (cursor.skipTo('SET', 'NOT', 'NULL') || cursor.skipTo('ADD'))) {
    return [{ words: `allows fewer values of ${what}` }]
  }
  return []
}

/** A unique index on columns that were there before refuses what an earlier release may write. */
function createEffect(cursor: SqlCursor, made: MadeHere): Taken[] {
  if (!cursor.take('UNIQUE', 'INDEX')) return []
  if (!cursor.skipTo('ON')) return []
  cursor.take('ONLY')
  const table = cursor.name()
  const columns = namesInParentheses(cursor.rest())
  if (made.things.has(`TABLE ${table}`) || columns.every(column => made.columns.has(`${table}.${column}`))) return []
  return [{ words: `allows only unique values of ${table} (${columns.join(', ')})` }]
}

const rowsTaken = (act: string, table: string, made: MadeHere): Taken[] =>
  made.things.has(`TABLE ${table}`) ? [] : [{ words: `${act} ${table}` }]

/** The kind of thing an act is about: the words between the verb and the name. */
function thingKind(cursor: SqlCursor): string {
  for (const two of [
    ['MATERIALIZED', 'VIEW'],
    ['FOREIGN', 'TABLE'],
    ['EVENT', 'TRIGGER'],
    ['ACCESS', 'METHOD'],
    ['OWNED', 'BY'],
  ]) {
    if (cursor.take(...two)) return two.join(' ')
  }
  return cursor.word()
}

const dynamicVerbs = ['DROP', 'ALTER', 'TRUNCATE', 'DELETE', 'REVOKE']

/** Statements inside a body or a string handed to EXECUTE: judged from the first verb that could take away. */
function dynamicEffect(body: string, made: MadeHere): Taken[] {
  return sqlStatements(body).flatMap(({ tokens }) => {
    const strings = tokens.some(isWord('EXECUTE')) ? tokens.filter(token => token.kind === 'string') : []
    return [...nested(tokens, dynamicVerbs, made), ...strings.flatMap(string => dynamicEffect(string.text, made))]
  })
}

function nested(tokens: SqlToken[], from: string[], made: MadeHere): Taken[] {
  const start = tokens.findIndex(token => token.kind === 'word' && from.includes(token.text))
  return start === -1 ? [] : effectOf({ tokens: tokens.slice(start) }, made)
}

const isWord = (text: string) => (token: SqlToken) => token.kind === 'word' && token.text === text

function isMadeAgain(taken: Taken, later: SqlStatement[]): boolean {
  if (taken.thing === undefined) return false
  const made: MadeHere = { things: new Set(), columns: new Set() }
  for (const statement of later) remember(statement.tokens, made)
  return made.things.has(taken.thing)
}

function remember(tokens: SqlToken[], made: MadeHere): void {
  const cursor = sqlCursor(tokens)
  if (cursor.take('ALTER', 'TABLE')) {
    rememberColumns(cursor, made)
    return
  }
  if (!cursor.take('CREATE')) return
  cursor.take('OR', 'REPLACE')
  for (const word of ['GLOBAL', 'LOCAL', 'TEMPORARY', 'TEMP', 'UNLOGGED', 'CONSTRAINT', 'RECURSIVE']) cursor.take(word)
  const kind = thingKind(cursor)
  cursor.take('IF', 'NOT', 'EXISTS')
  made.things.add(`${kind} ${cursor.name()}`)
}

function rememberColumns(cursor: SqlCursor, made: MadeHere): void {
  cursor.take('IF', 'EXISTS')
  cursor.take('ONLY')
  const table = cursor.name()
  while (cursor.skipTo('ADD')) {
    cursor.take('COLUMN')
    cursor.take('IF', 'NOT', 'EXISTS')
    made.columns.add(`${table}.${cursor.name()}`)
  }
}
