import { expect, test } from 'vitest'
import { spokenSize } from './size-words.ts'

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_000, '1.0 kB'],
  [1_234_567, '1.2 MB'],
  [99_600_000, '100 MB'],
  [999_700_000, '1.0 GB'],
  [12_000_000_000_000, '12.0 TB'],
  [5e15, '5000 TB'],
])('%i bytes are %s', (bytes, said) => {
  expect(spokenSize(bytes)).toBe(said)
})
