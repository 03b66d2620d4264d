import { expect, test } from 'vitest'
import { summaryOf } from './check-summary.ts'

test('checks are counted, and the middle one is named', () => {
  expect(summaryOf([])).toBe('no data')
  expect(summaryOf([{ isOk: false, latencyMs: 10_000 }])).toBe('0 of 1 answered')
  const checks = [12, 30, 8].map(latencyMs => ({ isOk: true, latencyMs }))
  expect(summaryOf(checks)).toBe('3 of 3 answered · half within 12ms')
})
