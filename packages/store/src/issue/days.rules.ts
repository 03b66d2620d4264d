import { randomUUID } from 'node:crypto'
import type { GroupedEvent } from '@gantry/core'
import { expect } from 'vitest'
import { daysKept, forgetDays, makeRoomAhead } from '../maintain/forget-days.ts'
import type { Current, Rules } from '../testing/each-database.ts'
import { sha256 } from './sha256.ts'

const newId = () => randomUUID().replaceAll('-', '')

export function arrived(
  project: string,
  receivedAt: string,
  over: { id?: string; payload?: string } = {},
): GroupedEvent {
  const { id = newId(), payload } = over
  return {
    event: {
      ...{ id, project, environment: 'production', release: null, service: null, level: 'error', platform: 'node' },
      ...{ at: receivedAt, receivedAt, message: 'broken', exceptions: [], fingerprint: [], transaction: null },
      ...{ url: null, user: null, traceId: null, tags: {}, breadcrumbs: [], sdk: null },
    },
    ...{ grouping: { key: 'k', because: [] }, keyHash: sha256('k'), formerKey: null },
    ...{ title: 'broken', culprit: null },
    ...(payload !== undefined && { payload: Buffer.from(payload) }),
  }
}

const eventsOf = async ({ store }: Current, project: string) => {
  const issue = await store.issues.byNumber(project, 1)
  const { events } = await store.issues.events(project, issue?.id ?? '', { limit: 100, offset: 0 })
  return events.map(({ receivedAt }) => receivedAt.slice(0, 10))
}

export const dayRules: Rules = {
  'keeps what a client sent beside its event, each its own, however large and alike': async current => {
    const { issues } = current.store
    const texts = ['', '{"a":1}', 'ü'.repeat(200_000), '{"a":2}', 'x'.repeat(300_000)]
    const batch = texts.map(payload => arrived('paid', '2026-12-01T08:00:00.000Z', { payload }))
    const none = arrived('paid', '2026-12-01T08:00:00.000Z')
    await issues.record([...batch, none, arrived('other', '2026-12-02T08:00:00.000Z', { payload: 'theirs' })])
    const kept = await Promise.all(batch.map(({ event }) => issues.payload('paid', event.id)))
    expect(kept.map(bytes => Buffer.from(bytes ?? []).toString())).toEqual(texts)
    expect(await issues.payload('paid', none.event.id)).toBeNull()
    expect(await issues.payload('nobody', batch[1]?.event.id ?? '')).toBeNull()
    expect((await issues.event('paid', none.event.id))?.event).toMatchObject({ id: none.event.id, message: 'broken' })
    expect(await issues.event('paid', newId())).toBeNull()
  },

  'knows an event that is sent again after midnight, and one sent a day later is another': async current => {
    const { issues } = current.store
    const id = newId()
    const sent = (at: string) => issues.record([arrived('night', at, { id })])
    await sent('2026-12-05T23:59:59.000Z')
    const again = await sent('2026-12-06T00:00:01.000Z')
    expect(again).toMatchObject([{ isDuplicate: true, issueNumber: 1, isNewIssue: false }])
    expect(await sent('2026-12-07T12:00:00.000Z')).toMatchObject([{ isDuplicate: false }])
    expect(await issues.byNumber('night', 1)).toMatchObject({ events: 2 })
  },

  'drops days that are too old for every project as a whole, and of other days the rows of some': async current => {
    const { store, database } = current
    const days = ['2027-01-01', '2027-01-02', '2027-01-03']
    for (const project of ['short', 'long'])
      await store.issues.record(days.map(day => arrived(project, `${day}T10:00:00.000Z`, { payload: project })))
    const only = arrived('short', '2027-01-04T10:00:00.000Z')
    await store.issues.record([only])
    const since = (short: string, long: string) =>
      new Map([
        ['short', { since: `${short}T12:00:00.000Z`, bytes: null }],
        ['long', { since: `${long}T12:00:00.000Z`, bytes: null }],
      ])
    const there = async () => (await daysKept(database)).filter(day => day > '2027')
    await forgetDays(database, since('2027-01-03', '2027-01-01'))
    expect(await there()).toEqual([...days, '2027-01-04'])
    expect(await eventsOf(current, 'short')).toEqual(['2027-01-04', '2027-01-03'])
    expect(await eventsOf(current, 'long')).toEqual(days.toReversed())
    await forgetDays(database, since('2027-01-05', '2027-01-03'))
    expect(await there()).toEqual(['2027-01-03'])
    expect(await eventsOf(current, 'short')).toEqual([])
    expect(await eventsOf(current, 'long')).toEqual(['2027-01-03'])
    // Of one that is not named, everything stays: it is archived.
    await forgetDays(database, new Map([['short', { since: '2027-02-01T00:00:00.000Z', bytes: null }]]))
    expect(await eventsOf(current, 'long')).toEqual(['2027-01-03'])
    expect(await store.issues.byNumber('long', 1)).toMatchObject({ events: 3 })
  },

  'makes room before midnight': async current => {
    await makeRoomAhead(current.database, new Date('2027-03-01T10:00:00.000Z'))
    await makeRoomAhead(current.database, new Date('2027-03-01T10:00:00.000Z'))
    expect((await daysKept(current.database)).slice(-2)).toEqual(['2027-03-01', '2027-03-02'])
  },
}
