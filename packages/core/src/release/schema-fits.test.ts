import { expect, test } from 'vitest'
import type { Migration } from './release.ts'
import { pendingMigrations, schemaFits } from './schema-fits.ts'

const adds = (version: string): Migration => ({ version, name: 'm', sql: '', effect: 'expand', takesAway: [] })
const takes = (version: string): Migration => ({ ...adds(version), effect: 'contract', takesAway: ['drops table a'] })

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
  expect(fit).toMatchObject({ fits: false, detail: 'the schema lacks what it uses: 3_m drops table a' })
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
