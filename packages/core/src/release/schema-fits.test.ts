import { expect, test } from 'vitest'
import type { Migration, StatementVerdict } from './release.ts'
import { pendingMigrations, schemaFits } from './schema-fits.ts'

const adds = (version: string): Migration => ({ version, name: 'm', sql: '', effect: 'expand', verdicts: [] })
const drops: StatementVerdict = {
  ...{ class: 'contract', isSafe: false, line: 1, statement: 'drop table a', why: 'drops table a' },
  ...{ instead: null, accepted: null },
}
const takes = (version: string, over: Partial<StatementVerdict> = {}): Migration => ({
  ...adds(version),
  effect: 'contract',
  verdicts: [{ ...drops, ...over }],
})

test('fits the schema it was made for', () => {
  expect(schemaFits([adds('1')], [adds('1')])).toMatchObject({
    fits: true,
    detail: 'the schema is the one it was made for',
  })
})

test('fits a schema that is ahead and only added', () => {
  expect(schemaFits([adds('1')], [adds('1'), adds('2')]).detail).toBe('the schema is 1 migration ahead, which only add')
  expect(schemaFits([], [adds('2'), adds('1')]).unknown.map(each => each.version)).toEqual(['1', '2'])
})

test('does not fit a schema that took something away, unless it knew', () => {
  const fit = schemaFits([adds('1')], [adds('1'), adds('2'), takes('3')])
  expect(fit).toMatchObject({ fits: false, detail: 'the schema may lack what it uses: 3_m drops table a' })
  expect(schemaFits([adds('1'), takes('3')], [adds('1'), takes('3')]).fits).toBe(true)
})

test('pending is what the former release does not have, oldest first', () => {
  expect(pendingMigrations([takes('3'), adds('1'), adds('2')], [adds('1')]).map(each => each.version)).toEqual([
    '2',
    '3',
  ])
})

test('pending migrations are sorted whichever way the folder listed them', () => {
  const versions = (...all: string[]) => pendingMigrations(all.map(adds), []).map(each => each.version)
  expect(versions('1', '2', '3')).toEqual(['1', '2', '3'])
  expect(versions('3', '1', '2')).toEqual(['1', '2', '3'])
})

test('what a person accepted fits the release that served then, and no older one', () => {
  const accepted = takes('3', { accepted: 'nobody reads a' })
  expect(schemaFits([adds('1')], [adds('1'), accepted]).fits).toBe(false)
  expect(schemaFits([adds('1')], [adds('1'), accepted], () => true)).toMatchObject({
    fits: true,
    detail: 'the schema is 1 migration ahead and keeps what it uses',
  })
  expect(schemaFits([adds('1')], [adds('1'), takes('3')], () => true).fits).toBe(false)
})

test('what cannot be told is no fit; rows that were changed are no matter of the schema', () => {
  expect(schemaFits([], [takes('1', { class: 'unknown' })]).fits).toBe(false)
  expect(schemaFits([], [takes('1', { class: 'data' })]).fits).toBe(true)
})
