import { expect, test } from 'vitest'
import { levelsWithin } from './levels-within.ts'

test.each([
  [{ kind: 'range', name: 'level', least: { value: 'warn', isIncluded: true } }, ['warn', 'error', 'fatal']],
  [{ kind: 'range', name: 'LEVEL', most: { value: 'info', isIncluded: false } }, ['trace', 'debug']],
  [{ kind: 'is', name: 'level', value: 'Error' }, ['error']],
  [{ kind: 'range', name: 'level', least: { value: 'loud', isIncluded: true } }, []],
] as const)('%j lets in %j', (term, levels) => {
  expect(levelsWithin(term)).toEqual(levels)
})
