import { expect, test } from 'vitest'
import { bytesOfSize, SizeField } from './size-field.ts'

test.each([
  ['500MB', 500_000_000],
  ['1.5 GB', 1_500_000_000],
  ['2TB', 2_000_000_000_000],
])('%s is %s bytes', (size, bytes) => {
  expect(bytesOfSize(SizeField.parse(size))).toBe(bytes)
})

test.each(['500', '5 kB', 'GB', '-1GB', '1e3MB'])('%s is refused with an example', size => {
  expect(SizeField.safeParse(size).error?.issues[0]?.message).toContain('such as 500MB')
})
