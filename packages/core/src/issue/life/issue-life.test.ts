import { expect, test } from 'vitest'
import { changeLife, type IssueLife, isSameLife } from './issue-life.ts'
import { isNewerRelease, type ReleaseAge } from './release-order.ts'
import { isOverdue, isRegression } from './wakes.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 28, 10, minute)).toISOString()
const open: IssueLife = { state: 'open', resolution: null, mute: null, regressedAt: at(1), assignee: null }
const assignee = { person: 'p', name: 'Mira', why: 'by-hand' } as const

test('a state takes the place of the one before, and whose it is stays', () => {
  const mine = changeLife(open, { to: 'assigned', assignee })
  const muted = changeLife(mine, { to: 'muted', mute: { until: at(5), events: null, rate: null } })
  expect(muted).toMatchObject({ state: 'muted', assignee, mute: { until: at(5) }, regressedAt: at(1) })
  const resolved = changeLife(muted, { to: 'resolved', resolution: { at: at(6), how: 'now', release: null } })
  expect(resolved).toMatchObject({ state: 'resolved', mute: null, regressedAt: null, assignee })
  expect(changeLife(resolved, { to: 'archived' })).toMatchObject({ state: 'archived', resolution: null })
  expect(changeLife(resolved, { to: 'open' })).toMatchObject({ state: 'open', resolution: null })
})

test('two lives are the same whatever way their times and fields are written', () => {
  const resolution = { at: '2026-11-28T10:06:00+00:00', how: 'now', release: null } as const
  const a: IssueLife = { ...open, state: 'resolved', resolution, assignee }
  const b: IssueLife = { ...a, resolution: { release: null, at: at(6), how: 'now' } }
  expect(isSameLife(a, b)).toBe(true)
  const mute = { until: null, events: 3, rate: { events: 1, overMs: 5 } }
  expect(isSameLife(a, { ...a, assignee: null })).toBe(false)
  expect(isSameLife({ ...open, mute: { until: null, events: null, rate: null } }, open)).toBe(true)
  expect(isSameLife({ ...open, mute }, open)).toBe(false)
  expect(isSameLife({ ...open, mute }, { ...open, mute: { ...mute, events: 4 } })).toBe(false)
  expect(isSameLife({ ...open, mute }, { ...open, mute: { ...mute, until: at(1) } })).toBe(false)
})

const age = (name: string, madeAt: string | null = null, seenAt: string | null = null): ReleaseAge => ({
  ...{ name, madeAt, seenAt },
})

test.each([
  ['built later', age('b', at(2)), age('a', at(1)), true],
  ['built earlier, whatever was met first', age('a', at(1), at(9)), age('b', at(2), at(3)), false],
  ['a higher number', age('shop@1.10.0'), age('shop@1.9.9'), true],
  ['the same number in other words', age('shop@v1.10'), age('shop@1.10.0'), false],
  ['a release behind its candidate', age('1.0.0'), age('1.0.0-rc.1'), true],
  ['a number of another package, never met', age('web@2.0.0'), age('shop@1.0.0', null, at(1)), true],
  [
    'a later candidate of one number, met later',
    age('1.0.0-beta.4', null, at(2)),
    age('1.0.0-beta.3', null, at(1)),
    true,
  ],
  ['a candidate that is not met yet', age('1.0.0-beta.4'), age('1.0.0-beta.3', null, at(1)), true],
  ['another build of one number, met later', age('app@1.2.3+46', null, at(2)), age('app@1.2.3+45', null, at(1)), true],
  ['another build, met earlier', age('app@1.2.3+45', null, at(1)), age('app@1.2.3+46', null, at(2)), false],
  ['the same in other words, met later', age('shop@v1.10', null, at(2)), age('shop@1.10.0', null, at(1)), false],
  ['itself', age('a', at(1)), age('a'), false],
  ['never met, as the other', age('a'), age('b'), false],
  ['met later', age('b', null, at(2)), age('a', null, at(1)), true],
  ['met, and the other never', age('b', null, at(2)), age('a'), false],
])('%s: newer or not', (_what, a, b, isNewer) => {
  expect(isNewerRelease(a, b)).toBe(isNewer)
})

test('what is older in time or release never opens a resolved issue again', () => {
  const [old, mended, later] = [age('shop@1.0.0'), age('shop@2.0.0'), age('shop@3.0.0')]
  const seen = (release: ReleaseAge | null, minute = 11) => ({ at: at(minute), release })
  const opens = (
    how: 'now' | 'in-release' | 'in-next-release',
    of: ReleaseAge | null,
    ...events: ReturnType<typeof seen>[]
  ) => events.map(event => isRegression({ at: at(10), how, release: of?.name ?? null }, of, event))
  const each = [seen(old), seen(mended), seen(later), seen(null), seen(age('unknown')), seen(later, 10)]
  expect(opens('now', mended, ...each)).toEqual([false, true, true, true, true, false])
  expect(opens('now', null, ...each)).toEqual([true, true, true, true, true, false])
  expect(opens('in-release', mended, ...each)).toEqual([false, true, true, false, false, false])
  expect(opens('in-next-release', mended, ...each)).toEqual([false, false, true, false, false, false])
})

test('a silence ends by any of what was named', () => {
  const facts = { now: at(10), events: 5, eventsWithin: null }
  const mute = { until: null, events: null, rate: null }
  expect(isOverdue(mute, facts)).toBe(false)
  expect([at(9), at(10), at(11)].map(until => isOverdue({ ...mute, until }, facts))).toEqual([true, true, false])
  expect([5, 6].map(events => isOverdue({ ...mute, events }, facts))).toEqual([true, false])
  const rate = { events: 3, overMs: 1_000 }
  expect([null, 2, 3].map(eventsWithin => isOverdue({ ...mute, rate }, { ...facts, eventsWithin }))).toEqual([
    false,
    false,
    true,
  ])
})
