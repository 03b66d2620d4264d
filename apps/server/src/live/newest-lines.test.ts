import type { ServiceLine } from '@gantry/core'
import { expect, test } from 'vitest'
import { newestLines } from './newest-lines.ts'

const line = (id: string, chars = 10): ServiceLine => ({
  ...{ id, project: 'p', environment: 'e', release: null, service: 's', at: '2026-11-23T10:00:00.000Z' },
  ...{ level: 'info', message: 'x'.repeat(chars), fields: {} },
})

test('sends the newest, as many as one message may hold', () => {
  const many = Array.from({ length: 700 }, (_, index) => line(String(index)))
  expect(newestLines(many)).toEqual(many.slice(200))
  const long = Array.from({ length: 10 }, (_, index) => line(String(index), 250_000))
  expect(newestLines(long).map(({ id }) => id)).toEqual(['6', '7', '8', '9'])
  expect(newestLines([])).toEqual([])
})
