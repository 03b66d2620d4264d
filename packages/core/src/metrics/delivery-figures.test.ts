import { expect, test } from 'vitest'
import type { Deployment } from '../deployment/deployment.ts'
import type { Incident } from '../incident/incident.ts'
import { type DeliveryFacts, deliveryFigures } from './delivery-figures.ts'

const at = (day: number, hour = 12) =>
  `2026-11-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`
const sha = (digit: string) => digit.repeat(40)
const deployed = (release: string, liveAt: string | null, over: Partial<Deployment> = {}, former = '') =>
  ({
    ...{ id: release, environment: 'production', release: sha(release), kind: 'deploy', state: 'superseded' },
    ...{ createdAt: liveAt ?? at(1), liveAt, formerRelease: former ? sha(former) : null, ...over },
  }) as Deployment
const built = (release: string, files: Record<string, string>) => ({
  id: sha(release),
  artifacts: Object.entries(files).map(([service, digest]) => ({ service, digest, bytes: 1 })),
})

const facts: DeliveryFacts = {
  ...{ environment: 'production', from: at(1, 0), to: at(15, 0) },
  deployments: [
    deployed('0', '2026-10-20T12:00:00.000Z'),
    deployed('1', at(2), {}, '0'),
    deployed('2', at(4), { state: 'rolled-back' }, '1'),
    deployed('1', at(4, 14), { id: 'undo', kind: 'rollback' }),
    deployed('3', at(5), {}, '1'),
    deployed('9', null, { state: 'failed' }),
    deployed('4', at(9), { state: 'live' }, '3'),
    deployed('4', at(3), { environment: 'staging', state: 'live' }),
  ],
  incidents: [
    { number: 7, environment: 'production', release: sha('2'), openedAt: at(4, 13), resolvedAt: at(6) },
    { number: 8, environment: 'production', release: sha('4'), openedAt: at(10), resolvedAt: null },
    { number: 9, environment: 'staging', release: sha('3'), openedAt: at(6), resolvedAt: null },
  ] as Incident[],
  releases: [
    built('0', { web: 'a', api: 'a' }),
    built('1', { web: 'b', api: 'a' }),
    built('2', { web: 'c', api: 'a' }),
    built('3', { web: 'c', api: 'b' }),
    built('4', { web: 'd', api: 'b' }),
  ],
  commitsOf: new Map([
    [sha('1'), [{ sha: sha('1'), at: at(1) }]],
    [
      sha('3'),
      [
        { sha: sha('3'), at: at(5, 10) },
        { sha: sha('b'), at: at(3) },
      ],
    ],
  ]),
}
const figures = deliveryFigures(facts)
const hour = 3_600_000

test('deployments are releases that went live there; rollbacks and what failed are none', () => {
  expect(figures.deploymentsPerWeek).toMatchObject({ value: 2, of: 4 })
  expect(figures.deploymentsPerWeek.sources.map(({ text }) => text)).toEqual([
    '4444444 went live in production',
    '3333333 went live in production',
    '2222222 went live in production',
    '1111111 went live in production',
  ])
})

test('lead time is from a commit to when it was live, over all commits that went', () => {
  expect(figures.leadTimeMs).toMatchObject({ value: 24 * hour, of: 3 })
})

test('a change failed that was rolled back or that an incident is laid to, and says which', () => {
  expect(figures.changeFailureShare).toMatchObject({ value: 0.5, of: 4 })
  expect(figures.changeFailureShare.sources).toEqual([
    { at: at(9), text: '4444444 is what incident 8 is laid to', path: '/incidents/8' },
    { at: at(4), text: '2222222 was rolled back', path: '/incidents/7' },
  ])
})

test('it was restored when the rollback was live or the incident resolved, whichever came first', () => {
  expect(figures.timeToRestoreMs).toMatchObject({ value: hour, of: 1 })
})

test('rework comes next after a change that failed', () => {
  expect(figures.reworkShare).toMatchObject({ value: 0.25, of: 4 })
  expect(figures.reworkShare.sources.map(({ text }) => text)).toEqual(['3333333 went live in production'])
})

test('a service is deployed when its built files are others than before', () => {
  expect(figures.services).toEqual([
    { service: 'web', deployments: 4, failed: 2 },
    { service: 'api', deployments: 1, failed: 0 },
  ])
})

test('every day has its deployments, rollbacks and incidents', () => {
  expect(figures.days).toHaveLength(15)
  expect(figures.days[3]).toEqual({ day: '2026-11-04', deployments: 1, rollbacks: 1, incidents: 1 })
  expect(figures.days[0]).toEqual({ day: '2026-11-01', deployments: 0, rollbacks: 0, incidents: 0 })
})

test('where nothing went live there is nothing to count, which is not nought', () => {
  const none = deliveryFigures({ ...facts, deployments: [], incidents: [] })
  expect([none.changeFailureShare.value, none.leadTimeMs.value, none.timeToRestoreMs.value]).toEqual([null, null, null])
  expect(none.deploymentsPerWeek.value).toBe(0)
})

test('where nothing went live there are no figures, and no share of nothing', () => {
  const none = deliveryFigures({ ...facts, deployments: [], incidents: [], releases: [], from: at(1), to: at(1) })
  const { deploymentsPerWeek, leadTimeMs, changeFailureShare, timeToRestoreMs, reworkShare, services } = none
  for (const figure of [deploymentsPerWeek, leadTimeMs, changeFailureShare, timeToRestoreMs, reworkShare])
    expect(figure).toMatchObject({ value: null, of: 0, sources: [] })
  expect(services).toEqual([])
  expect(none.days).toEqual([{ day: '2026-11-01', deployments: 0, rollbacks: 0, incidents: 0 }])
})

test('of two incidents the first counts, a change without one since it went live, and services of a tie by name', () => {
  const own = { environment: 'production', release: sha('1'), resolvedAt: null }
  const two = deliveryFigures({
    ...facts,
    deployments: [
      deployed('1', at(2), {}, '0'),
      deployed('2', at(4), { state: 'rolled-back' }, '1'),
      deployed('1', at(4, 15), { id: 'undo', kind: 'rollback' }),
    ],
    incidents: [
      { ...own, number: 2, openedAt: at(3, 9) },
      { ...own, number: 1, openedAt: at(3, 8) },
    ] as Incident[],
    releases: [built('1', { web: 'a', api: 'a' }), built('2', { web: 'a', api: 'a' })],
  })
  expect(two.changeFailureShare.sources.map(({ path }) => path)).toEqual([`/releases/${sha('2')}`, '/incidents/1'])
  expect(two.timeToRestoreMs).toMatchObject({ value: 3 * hour, of: 1 })
  expect(two.services.map(({ service }) => service)).toEqual(['api', 'web'])
})
