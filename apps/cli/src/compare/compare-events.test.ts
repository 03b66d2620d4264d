import { expect, test } from 'vitest'
import { compareEvents, type GroupedId } from './compare-events.ts'

const of = (said: string, day = 1): GroupedId[] =>
  said.split(' ').map(pair => {
    const [id = '', group = ''] = pair.split(':')
    return { id, group, at: `2026-11-0${day}T12:00:00.000Z` }
  })

test('events are told apart by id, whatever its writing, and counted by the day Gantry has them in', () => {
  const gantry = [...of('a1:1 b2:1 c3:2'), ...of('d4:2', 2), ...of('a1:1', 2)]
  const sentry = [...of('A-1:x b2:x', 2), ...of('e5:y', 2)]
  const made = compareEvents(gantry, sentry)
  expect(made).toMatchObject({ gantry: 4, sentry: 3, both: 2 })
  expect(made.days).toEqual([
    { day: '2026-11-01', gantry: 2, sentry: 1, both: 1 },
    { day: '2026-11-02', gantry: 2, sentry: 2, both: 1 },
  ])
})

test('an issue that is several on the other side is found in either direction, the largest first', () => {
  const gantry = of('a:1 b:1 c:1 d:2 e:3 f:3 g:9')
  const sentry = of('a:x a2:x b:x c:y d:z e:z f:w g:v h:u')
  const made = compareEvents(gantry, sentry)
  expect(made.splitInSentry).toEqual([
    {
      group: '1',
      events: 3,
      over: [
        { group: 'x', events: 2 },
        { group: 'y', events: 1 },
      ],
    },
    {
      group: '3',
      events: 2,
      over: [
        { group: 'z', events: 1 },
        { group: 'w', events: 1 },
      ],
    },
  ])
  expect(made.splitInGantry).toEqual([
    {
      group: 'z',
      events: 2,
      over: [
        { group: '2', events: 1 },
        { group: '3', events: 1 },
      ],
    },
  ])
  // Only 9 is one of Sentry's: 2 is one part of z.
  expect([made.alike, made.issuesInBoth]).toEqual([1, 4])
})

test('pairs say how far the two agree', () => {
  expect(compareEvents(of('a:1 b:1 c:1'), of('a:x b:x c:y')).pairs).toEqual({ ofGantry: 1 / 3, ofSentry: 1 })
  expect(compareEvents(of('a:1'), of('a:x')).pairs).toEqual({ ofGantry: null, ofSentry: null })
})
