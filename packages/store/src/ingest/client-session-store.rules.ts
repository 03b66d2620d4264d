import type { SessionFact } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const at = '2026-12-04T10:00:00.000Z'

const session = (id: string, over: Partial<SessionFact> = {}): SessionFact => ({
  ...{
    project: 'shop',
    id,
    kind: 'application',
    release: 'r1',
    environment: 'production',
    person: null,
    service: null,
  },
  ...{ startedAt: at, receivedAt: at, quantity: 1, errored: 0, crashed: 0, abnormal: 0 },
  ...over,
})

export const clientSessionRules: Rules = {
  'counts the sessions of a release over time, by all its names, and those of all releases': async current => {
    const { clientSessions } = current.store
    const [ten, twelve] = ['2026-12-04T10:59:59.999Z', '2026-12-04T12:00:00.000Z']
    const own = (id: string, over: Partial<SessionFact>) => session(id, { project: 'timed', ...over })
    await clientSessions.record([
      own('a', { startedAt: ten, person: 'mira', crashed: 1 }),
      own('b', { startedAt: twelve, release: 'shop@1', person: 'mira' }),
      own('c', { startedAt: twelve, environment: 'staging' }),
      own('d', { startedAt: twelve, kind: 'request', quantity: 7, crashed: 2 }),
      own('e', { startedAt: twelve, release: 'r2' }),
    ])
    const range = { from: '2026-12-04T10:00:00.000Z', until: '2026-12-04T13:00:00.000Z' }
    const { sums, cells } = await clientSessions.ofRelease('timed', {
      ...{ ...range, names: ['r1', 'shop@1'], bucketMs: 3_600_000 },
    })
    const at = (environment: string, kind: SessionFact['kind']) => ({ environment, kind })
    expect(sums.map(({ errored: _, abnormal: __, ...sum }) => sum)).toEqual([
      { ...at('production', 'request'), sessions: 7, crashed: 2, people: 0, peopleWithCrash: 0 },
      { ...at('production', 'application'), sessions: 2, crashed: 1, people: 1, peopleWithCrash: 1 },
      { ...at('staging', 'application'), sessions: 1, crashed: 0, people: 0, peopleWithCrash: 0 },
    ])
    expect(cells).toEqual([
      { bucket: 0, ...at('production', 'application'), sessions: 1, crashed: 1 },
      { bucket: 2, ...at('production', 'application'), sessions: 1, crashed: 0 },
      { bucket: 2, ...at('production', 'request'), sessions: 7, crashed: 2 },
      { bucket: 2, ...at('staging', 'application'), sessions: 1, crashed: 0 },
    ])
    expect(await clientSessions.begun('timed', { ...range, from: twelve })).toEqual([
      { ...at('production', 'application'), sessions: 2 },
      { ...at('production', 'request'), sessions: 7 },
      { ...at('staging', 'application'), sessions: 1 },
    ])
  },

  'counts a session once, however often it is told of, and a crash above an error': async current => {
    const { clientSessions } = current.store
    await clientSessions.record([session('a', { person: 'mira' }), session('b', { person: 'joe' }), session('c')])
    await clientSessions.record([
      session('a', { quantity: 0, errored: 1 }),
      session('b', { quantity: 0, errored: 1 }),
      session('b', { quantity: 0, crashed: 1 }),
    ])
    await clientSessions.record([session('b', { quantity: 1 }), session('d', { person: 'mira', release: 'r2' })])
    const from = '2026-12-04T00:00:00.000Z'
    const r1 = { release: 'r1', environment: 'production', kind: 'application' }
    expect(await clientSessions.health('shop', { from })).toEqual([
      { ...r1, sessions: 3, errored: 1, crashed: 1, abnormal: 0, people: 2, peopleWithCrash: 1 },
      { ...r1, release: 'r2', sessions: 1, errored: 0, crashed: 0, abnormal: 0, people: 1, peopleWithCrash: 0 },
    ])
    expect(await clientSessions.health('shop', { from, release: 'r2' })).toHaveLength(1)
    expect(await clientSessions.health('shop', { from: '2026-12-04T10:00:00.001Z' })).toEqual([])
  },

  'adds up what a client added up, apart from single sessions, and one that goes on for days': async current => {
    const { clientSessions } = current.store
    const later = '2026-12-09T10:00:00.000Z'
    await clientSessions.record([
      session('m1', { project: 'sums', kind: 'request', quantity: 100, errored: 3, crashed: 2 }),
      session('m2', { project: 'sums', kind: 'request', quantity: 50, errored: 1 }),
      session('long', { project: 'sums' }),
    ])
    await clientSessions.record([session('long', { project: 'sums', quantity: 0, crashed: 1, receivedAt: later })])
    expect(await clientSessions.health('sums', { from: '2026-12-01T00:00:00.000Z' })).toMatchObject([
      { kind: 'request', sessions: 150, errored: 4, crashed: 2 },
      { kind: 'application', sessions: 1, errored: 0, crashed: 1 },
    ])
  },
}
