import { expect, test } from 'vitest'
import { concurrentIndexOf, refusesTransaction } from './concurrent-index.ts'
import { sqlStatements } from './sql-tokens.ts'

const statementOf = (sql: string) => {
  const [statement] = sqlStatements(sql)
  if (!statement) throw new Error('no statement')
  return statement
}

test.each([
  ['create index concurrently a on t (x)', { name: 'a', table: '"t"' }],
  ['CREATE UNIQUE INDEX CONCURRENTLY "A b" ON ONLY Sales."T" USING btree (x)', { name: 'A b', table: '"sales"."T"' }],
  ['create index concurrently if not exists a on t(x)', { name: 'a', table: '"t"' }],
  ['create index concurrently on t (x)', { name: null, table: '"t"' }],
  ['create index a on t (x)', null],
  ['drop index concurrently a', null],
  ["insert into t values ('create index concurrently a on t')", null],
])('%s makes %j', (sql, made) => expect(concurrentIndexOf(statementOf(sql))).toEqual(made))

test.each([
  ['create index concurrently a on t (x)', true],
  ['reindex table concurrently t', true],
  ['alter table t detach partition p concurrently', true],
  ['vacuum analyze t', true],
  ['alter system set work_mem = 1', true],
  ['reindex table t', false],
  ['cluster', true],
  ['cluster t', false],
  ['refresh materialized view concurrently v', false],
  ["comment on table t is 'concurrently'", false],
])('%s refuses a transaction: %s', (sql, refuses) => expect(refusesTransaction(statementOf(sql))).toBe(refuses))
