import { expect, test } from 'vitest'
import { nextTick, runIdOf, schedulesIn } from './schedule.ts'

const every = (cron: string, timezone = 'UTC') => ({ workflowPath: '.github/workflows/nightly.yml', cron, timezone })
const next = (cron: string, after: string, timezone?: string) =>
  nextTick(every(cron, timezone), new Date(after))?.toISOString()

test.each([
  ['17 3 * * *', '2026-11-23T03:16:59.999Z', '2026-11-23T03:17:00.000Z'],
  ['17 3 * * *', '2026-11-23T03:17:00.000Z', '2026-11-24T03:17:00.000Z'],
  ['*/15 * * * 1-5', '2026-11-20T23:46:00.000Z', '2026-11-23T00:00:00.000Z'],
  ['5/20 0 * JAN SUN', '2026-11-23T00:00:00.000Z', '2027-01-03T00:05:00.000Z'],
  // Both days set: either will do, as in POSIX.
  ['0 0 13 * 5', '2026-11-23T00:00:00.000Z', '2026-11-27T00:00:00.000Z'],
])('%s after %s is %s', (cron, after, expected) => {
  expect(next(cron, after)).toBe(expected)
})

test('a time zone moves with its clocks: the hour left out comes after the gap, the hour that comes twice once', () => {
  expect(next('0 6 * * *', '2026-06-30T12:00:00.000Z', 'Europe/Berlin')).toBe('2026-07-01T04:00:00.000Z')
  expect(next('30 2 * * *', '2027-03-27T12:00:00.000Z', 'Europe/Berlin')).toBe('2027-03-28T01:00:00.000Z')
  const twice = next('30 2 * * *', '2026-10-24T12:00:00.000Z', 'Europe/Berlin') ?? ''
  expect(twice).toBe('2026-10-25T00:30:00.000Z')
  expect(next('30 2 * * *', twice, 'Europe/Berlin')).toBe('2026-10-26T01:30:00.000Z')
})

test('a day that never comes has no next time, and a zone nobody knows is refused by name', () => {
  expect(nextTick(every('0 0 30 2 *'), new Date('2026-11-23T00:00:00.000Z'))).toBeNull()
  expect(() => next('0 0 * * *', '2026-11-23T00:00:00.000Z', 'Mars/Base')).toThrow(/nightly\.yml.*"Mars\/Base"/)
})

test('schedules are read from workflow files only, UTC where they say nothing, none from a file that cannot be read', () => {
  const text =
    'on:\n  schedule:\n    - cron: "1 2 * * *"\n    - cron: "3 4 * * *"\n      timezone: Asia/Tokyo\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: "true" }]\n'
  const path = '.github/workflows/nightly.yml'
  expect(
    schedulesIn([
      { path, text },
      { path: '.github/workflows/parts/nightly.yml', text },
      { path: '.github/workflows/odd.yml', text: text.replace('jobs:', 'jbos:') },
      { path: '.github/workflows/ci.yml', text: text.replace(/ {2}schedule:\n(.*\n){3}/, '  push:\n') },
    ]),
  ).toEqual([
    { workflowPath: path, cron: '1 2 * * *', timezone: 'UTC' },
    { workflowPath: path, cron: '3 4 * * *', timezone: 'Asia/Tokyo' },
  ])
})

test('a tick has one id, and another tick, zone or project another one', () => {
  const ids = [
    runIdOf('tiny', every('0 0 * * *'), '2026-11-23T00:00:00.000Z'),
    runIdOf('tiny', every('0 0 * * *'), '2026-11-24T00:00:00.000Z'),
    runIdOf('tiny', every('0 0 * * *', 'Asia/Tokyo'), '2026-11-23T00:00:00.000Z'),
    runIdOf('other', every('0 0 * * *'), '2026-11-23T00:00:00.000Z'),
  ]
  expect(new Set(ids).size).toBe(4)
  expect(runIdOf('tiny', every('0 0 * * *'), '2026-11-23T00:00:00.000Z')).toBe(ids[0])
  expect(ids[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
})
