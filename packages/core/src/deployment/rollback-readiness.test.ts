import { expect, test } from 'vitest'
import type { Alert } from '../alert/alert.ts'
import { isOddity } from '../metrics/decide-anomalies.ts'
import type { RollbackPlan } from './deployment.ts'
import { decideReadiness, isToAskVendors, type ReadinessFacts, type ReadinessPlace } from './rollback-readiness.ts'

const now = '2026-11-27T12:00:00.000Z'
const [one, two] = ['1', '2'].map(digit => digit.repeat(40)) as [string, string]
const place = (
  over: Partial<RollbackPlan> = {},
  kind: 'deploy' | 'rollback' = 'deploy',
): ReadinessFacts['places'][number] => ({
  live: { kind, release: two, liveAt: now, createdAt: now },
  asked: null,
  plan: {
    ...{ environment: 'production', from: two, to: one, candidates: [], isSafe: false, kept: false, services: [] },
    ...{ schema: { fits: true, detail: '' }, env: [], lastTookMs: null, looked: [], after: [] },
    blockers: ['the built files of web are gone'],
    ...over,
  },
})
const decide = (places: ReadinessFacts['places'], open: Alert[] = []) =>
  decideReadiness({ project: 'p', places, open, now })

test('a lost way back is told once, with why, and once that there is one again', () => {
  const [lost, ...others] = decide([place()])
  expect(others).toEqual([])
  expect(lost).toMatchObject({
    ...{ state: 'firing', severity: 'warning', environment: 'production', release: two },
    summary: 'production has no way back: 1111111 cannot be restored: the built files of web are gone',
  })
  if (!lost) throw new Error('nothing was lost')
  // The rules of a config leave it alone.
  expect(isOddity(lost)).toBe(true)
  expect(decide([place()], [lost])).toEqual([])
  expect(decide([place({ candidates: [one] })], [lost])).toMatchObject([
    { id: lost.id, state: 'resolved', resolvedAt: now },
  ])
  expect(decide([], [lost])).toMatchObject([{ state: 'resolved' }])
})

test('nothing is missing before the second release, and after a rollback', () => {
  expect(decide([place({ to: null, blockers: ['no earlier release was live here'] })])).toEqual([])
  expect(decide([place({}, 'rollback')])).toEqual([])
})

const hoursAgo = (hours: number) => new Date(Date.parse(now) - hours * 3_600_000).toISOString()
/** Something of it is at a vendor, and by what is stored it could be put back. */
const atVendor = (asked: ReadinessPlace['asked'], looked: RollbackPlan['looked'] = [], kind?: 'rollback') => ({
  ...place(
    { candidates: [one], looked, services: [{ service: 'web', moves: true, runsIn: 'job', detail: '' }], blockers: [] },
    kind,
  ),
  asked,
})
const look = (state: 'can' | 'unknown', hours: number) => ({
  ...{ service: 'web', release: one, at: hoursAgo(hours), state },
  why: state === 'can' ? null : 'Vercel answers 403',
})
const summaries = (at: ReadinessPlace) => decide([at]).map(({ summary }) => summary)

test('vendors are asked once a day, where something of a way back is theirs', () => {
  expect(isToAskVendors(atVendor(null), now)).toBe(true)
  expect(isToAskVendors(atVendor({ at: hoursAgo(23), failure: null }), now)).toBe(false)
  expect(isToAskVendors(atVendor({ at: hoursAgo(24), failure: 'x' }), now)).toBe(true)
  expect(isToAskVendors(place({ candidates: [one] }), now)).toBe(false)
  expect(isToAskVendors(atVendor(null, [], 'rollback'), now)).toBe(false)
  expect(isToAskVendors({ ...atVendor(null), plan: { ...atVendor(null).plan, to: null } }, now)).toBe(false)
})

test('a way back that nobody can prove is told before it is needed, with why', () => {
  expect(summaries(atVendor(null))).toEqual([])
  expect(summaries(atVendor({ at: hoursAgo(1), failure: null }))).toEqual([])
  expect(summaries(atVendor({ at: hoursAgo(4), failure: null }, [look('can', 3)]))).toEqual([])
  expect(summaries(atVendor({ at: hoursAgo(4), failure: null }, [look('can', 28)]))[0]).toMatch(
    /^production is not known to have a way back to 1111111: the job that was to ask the vendors since .* said nothing/,
  )
  expect(summaries(atVendor({ at: hoursAgo(1), failure: null }, [look('unknown', 1)]))).toEqual([
    'production is not known to have a way back to 1111111: web: Vercel answers 403',
  ])
  expect(summaries(atVendor({ at: hoursAgo(1), failure: 'no rollback.yml' }))[0]).toMatch(
    /no job could be started that asks the vendors: no rollback.yml$/,
  )
})
