import { expect, test } from 'vitest'
import { withKnownRows } from './known-rows.ts'

const row = (key: string) => ({ key })

test('what was stored is not asked for again', async () => {
  const database = {}
  const asked = (...keys: string[]) => withKnownRows(database, async ({ unknownOf }) => unknownOf(keys.map(row)))
  expect(await asked('a', 'b')).toEqual([row('a'), row('b')])
  expect(await asked('b', 'c')).toEqual([row('c')])
})

test('what was not stored after all is asked for again, and so is what another database has', async () => {
  const database = {}
  const failed = withKnownRows(database, async ({ unknownOf }) => {
    unknownOf([row('a')])
    throw new Error('rolled back')
  })
  await expect(failed).rejects.toThrow('rolled back')
  await withKnownRows({}, async ({ unknownOf }) => unknownOf([row('a')]))
  expect(await withKnownRows(database, async ({ unknownOf }) => unknownOf([row('a')]))).toEqual([row('a')])
})
