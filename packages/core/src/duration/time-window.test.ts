import { describe, expect, test } from 'vitest'
import { instantOf } from './instant.ts'
import { windowAt, windowFault } from './time-window.ts'
import { isTimeZone, wallTime, zonedMs } from './zoned-time.ts'

const ms = (text: string) => Date.parse(text)
const at = (window: { from: string; until: string; timezone: string }, now: string) => {
  const { isOpen, changesAtMs } = windowAt(window, ms(now))
  return [isOpen, changesAtMs === null ? null : instantOf(changesAtMs)]
}
const weekend = { from: 'Fri 16:00', until: 'Mon 08:00', timezone: 'Europe/Berlin' }

describe('each week', () => {
  test.each([
    // Winter: Berlin is an hour ahead of UTC. 2026-11-27 is a Friday.
    ['2026-11-27T14:59:59.000Z', false, '2026-11-27T15:00:00.000Z'],
    ['2026-11-27T15:00:00.000Z', true, '2026-11-30T07:00:00.000Z'],
    ['2026-11-29T12:00:00.000Z', true, '2026-11-30T07:00:00.000Z'],
    ['2026-11-30T06:59:59.000Z', true, '2026-11-30T07:00:00.000Z'],
    ['2026-11-30T07:00:00.000Z', false, '2026-12-04T15:00:00.000Z'],
    // The clocks change in the night to Sunday: it ends an hour sooner by UTC.
    ['2026-03-27T15:00:00.000Z', true, '2026-03-30T06:00:00.000Z'],
    // And in autumn an hour later.
    ['2026-10-23T14:00:00.000Z', true, '2026-10-26T07:00:00.000Z'],
  ])('at %s it is frozen: %j, until %s', (now, isOpen, changes) => {
    expect(at(weekend, now)).toEqual([isOpen, changes])
  })

  test('later on the day it was on, it is a week away', () => {
    const lunch = { from: 'Mon 12:00', until: 'Mon 13:00', timezone: 'UTC' }
    expect(at(lunch, '2026-11-30T13:00:00.000Z')).toEqual([false, '2026-12-07T12:00:00.000Z'])
    expect(at(lunch, '2026-11-30T11:00:00.000Z')).toEqual([false, '2026-11-30T12:00:00.000Z'])
  })

  test('within a week, and at midnight where no time is said', () => {
    const window = { from: 'Tue', until: 'Wed', timezone: 'UTC' }
    expect(at(window, '2026-11-24T00:00:00.000Z')).toEqual([true, '2026-11-25T00:00:00.000Z'])
    expect(at(window, '2026-11-25T00:00:00.000Z')).toEqual([false, '2026-12-01T00:00:00.000Z'])
  })
})

describe('once', () => {
  const holidays = { from: '2026-12-20', until: '2027-01-04 09:30', timezone: 'America/New_York' }
  test.each([
    ['2026-12-20T04:59:59.000Z', false, '2026-12-20T05:00:00.000Z'],
    ['2026-12-20T05:00:00.000Z', true, '2027-01-04T14:30:00.000Z'],
    ['2027-01-04T14:30:00.000Z', false, null],
  ])('at %s it is frozen: %j, until %s', (now, isOpen, changes) => {
    expect(at(holidays, now)).toEqual([isOpen, changes])
  })
})

test.each([
  ['Fri 16:00', 'Mon 08:00', null],
  ['2026-12-20', '2026-12-21 08:00', null],
  ['Friday', 'Mon', 'from'],
  ['Fri 24:00', 'Mon', 'from'],
  ['Fri', 'Mon 8:00', 'until'],
  ['Fri', 'Fri', 'until'],
  ['Fri', '2026-12-20', 'until'],
  ['2026-12-20', '2026-12-20', 'until'],
  ['2026-13-20', '2026-12-21', 'from'],
])('from %s until %s: what is wrong is at %j', (from, until, fault) => {
  expect(windowFault({ from, until })?.at ?? null).toBe(fault)
})

test('a clock of a zone is read and set alike, also on the days it changes', () => {
  expect(wallTime(ms('2026-11-27T23:30:00.000Z'), 'Asia/Kolkata')).toEqual({
    ...{ date: '2026-11-28', minutes: 5 * 60, weekday: 5 },
  })
  const berlin = (date: string, minutes: number) => instantOf(zonedMs({ date, minutes }, 'Europe/Berlin'))
  expect(berlin('2026-03-29', 12 * 60)).toBe('2026-03-29T10:00:00.000Z')
  // Half past two is left out that night, and there twice in autumn.
  expect(berlin('2026-03-29', 150)).toBe('2026-03-29T01:30:00.000Z')
  expect(berlin('2026-10-25', 150)).toBe('2026-10-25T00:30:00.000Z')
  expect([isTimeZone('Europe/Berlin'), isTimeZone('Europe/Atlantis')]).toEqual([true, false])
})
