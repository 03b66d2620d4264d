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
