import { expect, test } from 'vitest'
import { durationMs } from './duration-field.ts'

test('a duration that passed the schema is in milliseconds; anything else is none', () => {
  expect([durationMs('2m'), durationMs('soon')]).toEqual([120_000, 0])
})
