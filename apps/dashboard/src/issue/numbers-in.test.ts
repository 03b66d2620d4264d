import { expect, test } from 'vitest'
import { numbersIn } from './numbers-in.ts'

test('reads numbers with and without a sign, and nothing where one of them is none', () => {
  expect(numbersIn('#13, 14  #15')).toEqual([13, 14, 15])
  for (const text of ['', '13, x', '#0', '-1', '#']) expect(numbersIn(text)).toEqual([])
})
