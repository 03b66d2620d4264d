import type { IncidentEntry } from '@gantry/core/api'
import { expect, test } from 'vitest'
import { sinceOpened, timelineDays } from './timeline-order.ts'

const entry = (id: string, at: string, kind: IncidentEntry['kind'] = 'note'): IncidentEntry => ({
  id,
  at,
  kind,
  actor: 'Ana',
  text: id,
  link: null,
})

test('an incident over midnight has two days, in the order they are read', () => {
  const entries = [
    entry('a', '2026-11-22T23:59:00Z'),
    entry('b', '2026-11-23T00:01:00Z', 'step'),
    entry('c', '2026-11-23T00:02:00Z'),
  ]
  const ids = (key: boolean, newestFirst: boolean) =>
    timelineDays(entries, { key, newestFirst }).map(({ day, entries: own }) => [day, own.map(({ id }) => id).join('')])
  expect(ids(false, true)).toEqual([
    ['2026-11-23', 'cb'],
    ['2026-11-22', 'a'],
  ])
  expect(ids(true, false)).toEqual([
    ['2026-11-22', 'a'],
    ['2026-11-23', 'c'],
  ])
})

test('time since it opened', () => {
  expect(sinceOpened('2026-11-23T14:02:31Z', '2026-11-23T14:02:00Z')).toBe('T+0:31')
  expect(sinceOpened('2026-11-23T15:04:09Z', '2026-11-23T14:02:00Z')).toBe('T+1:02:09')
  expect(sinceOpened('2026-11-23T14:01:00Z', '2026-11-23T14:02:00Z')).toBe('T+0:00')
})
