import { expect, test } from 'vitest'
import { RecentKeys } from './recent-keys.ts'

test('knows the last keys, and forgets the older half as a whole', () => {
  const keys = new RecentKeys(4)
  for (const key of ['a', 'b', 'c']) keys.add(key)
  expect(['a', 'b', 'c', 'd'].filter(key => keys.has(key))).toEqual(['a', 'b', 'c'])
  for (const key of ['d', 'e']) keys.add(key)
  expect(['a', 'b', 'c', 'd', 'e'].filter(key => keys.has(key))).toEqual(['c', 'd', 'e'])
})
