import { expect, test } from 'vitest'
import { gateDetail } from './gate-detail.ts'

test('a gate whose journeys ran over HTTP says that no browser proved them; any other says what it says', () => {
  const detail = 'e2e passed in run 3'
  expect(gateDetail({ detail, provedBy: 'http' })).toBe('e2e passed in run 3, proved without a browser')
  expect(gateDetail({ detail, provedBy: 'browser' })).toBe(detail)
  expect(gateDetail({ detail })).toBe(detail)
})
