import { expect, test } from 'vitest'
import { percent } from './percent.ts'

test('a share is rounded down, for almost all is not all', () => {
  expect([1, 0.999, 0.75, 0.29, 0.01, 0].map(percent)).toEqual(['100 %', '99 %', '75 %', '29 %', '1 %', '0 %'])
})

test('what is rare is told, and what is rarer still is not drawn as nothing', () => {
  expect([0.0099, 0.004, 0.001].map(percent)).toEqual(['0.9 %', '0.4 %', '0.1 %'])
  expect([0.00099, 1 / 1_000_000].map(percent)).toEqual(['< 0.1 %', '< 0.1 %'])
})
