import { expect, test } from 'vitest'
import { hardFamilies } from './hard-families.ts'
import { judgeGrouping } from './judge-grouping.ts'
import { knownFamilies } from './known-families.ts'
import { unseenFamilies } from './unseen-families.ts'

test.each([
  { half: 'what the rules were made for', families: knownFamilies, pairs: 300 },
  { half: 'what they had not seen', families: unseenFamilies, pairs: 300 },
  { half: 'what real clients do', families: hardFamilies, pairs: 150 },
])('groups $half as a person would', ({ families, pairs }) => {
  const judged = judgeGrouping(families)
  expect(judged.pairs).toBeGreaterThan(pairs)
  expect(judged.precision, judged.misses.join('\n\n')).toBeGreaterThanOrEqual(0.99)
  expect(judged.recall, judged.misses.join('\n\n')).toBeGreaterThanOrEqual(0.98)
})
