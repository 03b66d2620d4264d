import { expect, test } from 'vitest'
import { eventsCompared, isGoingUp, phaseOf } from './issue-phase.ts'

test('an open issue is new or regressed for a week, and ongoing then', () => {
  const days = (count: number) => new Date(Date.UTC(2026, 10, 28 + count)).toISOString()
  const issue = { state: 'open' as const, regressedAt: null, firstSeen: days(0) }
  expect([1, 6, 8].map(day => phaseOf(issue, days(day)))).toEqual(['new', 'new', 'ongoing'])
  expect(phaseOf({ ...issue, regressedAt: days(20) }, days(21))).toBe('regressed')
  expect(phaseOf({ ...issue, regressedAt: days(2) }, days(21))).toBe('ongoing')
  expect(phaseOf({ ...issue, state: 'muted' }, days(1))).toBeNull()
})

const now = Date.UTC(2026, 10, 28, 10)
const before = (ms: number) => new Date(now - ms).toISOString()

/** Times of events that come by chance, the newest first: so many of one pace, those before of another. */
function times(random: () => number, paces: [count: number, meanMs: number][]): string[] {
  let ms = 0
  return paces.flatMap(([count, meanMs]) =>
    Array.from({ length: count }, () => {
      ms += -Math.log(1 - random()) * meanMs
      return before(ms)
    }),
  )
}

function seeded(seed: number) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

test('an issue goes up when its events come much faster than before, and seldom by chance', () => {
  const random = seeded(11)
  const share = (paces: [number, number][]) =>
    Array.from({ length: 2_000 }, () => isGoingUp(times(random, paces), before(0))).filter(Boolean).length / 2_000
  expect(share([[20, 60_000]])).toBeLessThan(0.02)
  expect(share([[eventsCompared, 60_000]])).toBe(0)
  expect(
    share([
      [50, 10_000],
      [50, 60_000],
    ]),
  ).toBeGreaterThan(0.99)
})

test('nothing goes up of which there are few events, or none lately', () => {
  const paced = (count: number, recentMs: number, beforeMs: number) =>
    Array.from({ length: count }, (_, index) =>
      before(index < count / 2 ? index * recentMs : (count / 2) * recentMs + (index - count / 2) * beforeMs),
    )
  expect(isGoingUp(paced(20, 1_000, 60_000), before(0))).toBe(true)
  expect(isGoingUp(paced(18, 1_000, 60_000), before(0))).toBe(false)
  expect(isGoingUp(paced(20, 1_000, 60_000), before(-90_000_000))).toBe(false)
  expect(isGoingUp(paced(20, 0, 0), before(0))).toBe(false)
})
