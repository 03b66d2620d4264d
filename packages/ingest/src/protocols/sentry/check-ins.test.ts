import { expect, test } from 'vitest'
import { checkInOf } from './check-ins.ts'
import type { ItemContext } from './item-context.ts'

const receivedAt = '2026-11-28T10:00:00.000Z'
const context = { project: 'shop', receivedAt, newId: 'e'.repeat(32) } as ItemContext
const read = (json: object) => checkInOf({ monitor_slug: 'nightly', status: 'ok', ...json }, context)
const minute = 60_000

test('a job says which it is, which run, and how it goes', () => {
  const id = '2ad4d3c9-1b5e-4b7e-9d8e-0c3c9a1b5e4b'
  expect(read({ check_in_id: id, status: 'in_progress', environment: 'staging', duration: 1.5 })).toEqual({
    ...{ project: 'shop', environment: 'staging', name: 'nightly', id: id.replaceAll('-', ''), status: 'in_progress' },
    ...{ at: receivedAt, durationMs: 1_500, beat: null },
  })
  expect(read({ duration: -1, check_in_id: 7 })).toMatchObject({
    environment: 'production',
    id: context.newId,
    durationMs: null,
  })
})

test.each([
  [
    { schedule: { type: 'crontab', value: '0 3 * * *' }, timezone: 'Europe/Berlin' },
    { cron: { expression: '0 3 * * *', timezone: 'Europe/Berlin' }, everyMs: null },
  ],
  [{ schedule: { type: 'crontab', value: '0 3 * * *' } }, { cron: { expression: '0 3 * * *', timezone: 'UTC' } }],
  [{ schedule: { type: 'interval', value: 2, unit: 'hour' } }, { cron: null, everyMs: 120 * minute }],
  [
    { schedule: { type: 'interval', value: 1, unit: 'month' }, checkin_margin: 5, max_runtime: 0.5 },
    { everyMs: 30 * 1_440 * minute, marginMs: 5 * minute, maxRunMs: 30_000 },
  ],
  [
    { schedule: { type: 'interval', value: 1e9, unit: 'year' }, checkin_margin: 1e9 },
    { everyMs: 525_600 * minute, marginMs: 525_600 * minute },
  ],
  [
    { schedule: { type: 'interval', value: 1, unit: 'day' }, failure_issue_threshold: 3, recovery_threshold: 1e9 },
    { confirmations: 3, recovery: 100 },
  ],
  [
    { schedule: { type: 'interval', value: 1, unit: 'day' }, failure_issue_threshold: 0, recovery_threshold: 1.5 },
    { confirmations: null, recovery: null },
  ],
])('%j is a time', (monitor_config, beat) => {
  expect(read({ monitor_config })?.beat).toMatchObject(beat)
})

test.each([
  {},
  { schedule: { type: 'interval', value: 0, unit: 'day' } },
  { schedule: { type: 'interval', value: 1, unit: 'moon' } },
  { schedule: { type: 'interval', value: '1', unit: 'day' } },
  { schedule: { type: 'magic', value: '1', unit: 'day' } },
  { schedule: 'daily' },
])('%j says no time', monitor_config => {
  expect(read({ monitor_config })?.beat).toBeNull()
})

test.each([{ monitor_slug: '' }, { monitor_slug: {} }, { status: 'missed' }, { status: null }])(
  '%j is no word of a job',
  json => {
    expect(read(json)).toBeNull()
  },
)
