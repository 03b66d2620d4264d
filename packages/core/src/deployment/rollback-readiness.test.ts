import { expect, test } from 'vitest'
import type { Alert } from '../alert/alert.ts'
import { isOddity } from '../metrics/decide-anomalies.ts'
import type { RollbackPlan } from './deployment.ts'
import { decideReadiness, type ReadinessFacts } from './rollback-readiness.ts'

const now = '2026-11-27T12:00:00.000Z'
const [one, two] = ['1', '2'].map(digit => digit.repeat(40)) as [string, string]
const place = (
  over: Partial<RollbackPlan> = {},
  kind: 'deploy' | 'rollback' = 'deploy',
): ReadinessFacts['places'][number] => ({
  live: { kind, release: two, liveAt: now, createdAt: now },
  plan: {
    ...{ environment: 'production', from: two, to: one, candidates: [], isSafe: false, kept: false, services: [] },
    ...{ schema: { fits: true, detail: '' }, differingEnvNames: [], after: [] },
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
