import { expect, test } from 'vitest'
import { sqlStatements } from './sql-tokens.ts'

const texts = (sql: string) => sqlStatements(sql).map(statement => statement.text)

test('cuts at semicolons that end a statement', () => {
  expect(texts(`select 1; -- one; two\nselect ';' as "a;b" /* ; */;;\n  select $$;$$`)).toEqual([
    'select 1',
    `select ';' as "a;b"`,
    'select $$;$$',
  ])
})

test('notes a statement with its comments, as the Supabase CLI does', () => {
  const script = '-- why;\nselect 1 /* so */;\n;select 2; -- the end\n'
  expect(sqlStatements(script).map(({ noted }) => noted)).toEqual(['-- why;\nselect 1 /* so */', 'select 2'])
})

test('keeps the body of a function whole', () => {
  const sql = 'create function f() returns int begin atomic select 1; select case when true then 2 end; end'
  expect(texts(`${sql}; select 3`)).toEqual([sql, 'select 3'])
})

test('a dollar in a name or a parameter opens no string', () => {
  expect(texts('select a$b$ from t; select $1')).toEqual(['select a$b$ from t', 'select $1'])
})

test('doubled quotes stay in their string', () => {
  expect(sqlStatements(`select 'it''s', "a""b"`)[0]?.tokens.map(token => token.text)).toEqual([
    'SELECT',
    "it's",
    ',',
    'a"b',
  ])
})

test.each([
  [String.raw`select E'it\'s; not over'; select 2`, 2],
  ["select 'never closed; select 2", 1],
  [String.raw`select E'cut after the backslash\ `.trimEnd(), 1],
  ['select "never closed; select 2', 1],
  ['do $body$ begin; never closed', 1],
  ['select 1 -- a comment is the last line; select 2', 1],
  ['select 1; /* outer /* inner; */ still; */ select 2', 2],
  ['select 1 /* never closed; select 2', 1],
  ['', 0],
])('what is cut off or quoted oddly ends no statement early: %s', (sql, count) => {
  expect(sqlStatements(sql)).toHaveLength(count)
})
