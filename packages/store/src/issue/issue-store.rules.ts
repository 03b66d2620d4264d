import { randomUUID } from 'node:crypto'
import type { ErrorEvent, GroupedEvent } from '@gantry/core'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'
import { sha256 } from './sha256.ts'

const eventId = () => randomUUID().replaceAll('-', '')
export const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 8, 0, second)).toISOString()
export const ana = (second: number, text: string | null = null) => ({ by: 'Ana', at: at(second), text })

export function grouped(project: string, key: string, change: Partial<ErrorEvent> = {}): GroupedEvent {
  const event: ErrorEvent = {
    id: eventId(),
    project,
    environment: 'production',
    release: 'r1',
    service: 'backend',
    level: 'error',
    platform: 'node',
    at: at(10),
    receivedAt: at(11),
    message: null,
    exceptions: [],
    fingerprint: [],
    transaction: null,
    url: null,
    user: null,
    traceId: null,
    tags: { region: 'fra' },
    breadcrumbs: [],
    sdk: null,
    ...change,
  }
  const grouping = { key, because: ['type', 'frame'] }
  return { event, grouping, keyHash: sha256(key), title: `Broken ${key}`, culprit: 'cart.ts in total', formerKey: null }
}

export const issueRules: Rules = {
  'lists the newest first, whichever hour they were seen in, and indexes nothing that each event changes': async ({
    store,
    database,
  }) => {
    const seen = { early: at(0), late: '2026-03-01T11:30:00.000Z', later: '2026-03-01T11:45:00.000Z', part: at(9_000) }
    for (const [key, time] of Object.entries(seen)) await store.issues.record([grouped('hours', key, { at: time })])
    const titles = async () => (await store.issues.list('hours', {})).issues.map(({ title }) => title)
    expect(await titles()).toEqual(['later', 'late', 'part', 'early'].map(key => `Broken ${key}`))
    const [early, part] = [await store.issues.byNumber('hours', 1), await store.issues.byNumber('hours', 4)]
    await store.issueLife.merge('hours', early?.id ?? '', [part?.id ?? ''], ana(20))
    await store.issues.record([grouped('hours', 'late', { at: '2026-03-01T12:30:00.000Z' })])
    expect(await titles()).toEqual(['late', 'later', 'early'].map(key => `Broken ${key}`))
    const { rows } = await sql<{ name: string }>`
      select distinct attname as name from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey::int2[])
      where indrelid = 'gantry.issues'::regclass`.execute(database.kysely)
    const counted = ['last_seen', 'events', 'people', 'last_release', 'level', 'environments', 'version']
    expect(rows.map(({ name }) => name).filter(name => counted.includes(name))).toEqual([])
  },

  'counts the events of an issue by quarter of an hour, environment and release, its parts and each event once':
    async current => {
      const { issues, issueLife } = current.store
      const time = (text: string) => `2026-03-01T${text}.000Z`
      const met = (key: string, text: string, over: Partial<ErrorEvent> = {}) =>
        grouped('spread', key, { at: time(text), ...over })
      const again = met('one', '08:20:00')
      await issues.record([met('one', '08:14:59'), again, met('one', '08:16:00', { environment: 'staging' })])
      const [, , part] = await issues.record([
        again,
        met('one', '08:29:00', { release: null }),
        met('two', '08:01:00', { release: 'r2' }),
      ])
      const one = await issues.byNumber('spread', 1)
      await issueLife.merge('spread', one?.id ?? '', [part?.issueId ?? ''], ana(20))
      const window = { until: time('08:30:00'), bucketMs: 15 * 60_000, buckets: 2 }
      const { cells, releases } = await issues.spread('spread', one?.id ?? '', window)
      const production = { environment: 'production' }
      expect(cells).toEqual([
        { bucket: 0, ...production, release: 'r1', events: 1 },
        { bucket: 0, ...production, release: 'r2', events: 1 },
        { bucket: 1, ...production, release: null, events: 1 },
        { bucket: 1, ...production, release: 'r1', events: 1 },
        { bucket: 1, environment: 'staging', release: 'r1', events: 1 },
      ])
      expect(await issues.trend('spread', one?.id ?? '', window)).toEqual([2, 3])
      expect(releases[0]).toEqual({
        ...production,
        release: 'r1',
        events: 2,
        firstAt: time('08:14:59'),
        lastAt: time('08:20:00'),
      })
      const later = await issues.spread('spread', one?.id ?? '', { ...window, buckets: 1 })
      expect([later.cells.length, later.releases.length]).toEqual([3, 4])
    },

  'finds the events of a trace, the first ones first, with their issues': async current => {
    const { issues } = current.store
    const traceId = 'a'.repeat(16) + 'b'.repeat(16)
    const strange = 'a'.repeat(16) + 'c'.repeat(16)
    const stored = await issues.record([
      grouped('traced', 'late', { traceId, spanId: '1'.repeat(16), at: at(9) }),
      grouped('traced', 'soon', { traceId: traceId.toUpperCase(), at: at(3) }),
      grouped('traced', 'soon', { traceId: strange, at: at(4) }),
      grouped('traced', 'soon', { at: at(5) }),
    ])
    const { events, total } = await issues.ofTrace('traced', traceId, 10)
    expect(events.map(({ issue, event }) => [issue, event.at, event.spanId])).toEqual([
      [stored[1]?.issueNumber, at(3), undefined],
      [stored[0]?.issueNumber, at(9), '1'.repeat(16)],
    ])
    expect(total).toBe(2)
    expect(await issues.ofTrace('traced', traceId, 1)).toMatchObject({ events: [{ event: { at: at(3) } }], total: 3 })
    expect(await issues.ofTrace('traced', 'none', 10)).toEqual({ events: [], total: 0 })
  },

  'lists the ids of events since a moment with their issues, page by page': async current => {
    const { issues } = current.store
    const days = ['2026-03-01', '2026-03-02', '2026-03-02']
    const all = days.map((day, index) =>
      grouped('listed', `listed${index % 2}`, {
        id: `${index}`.repeat(32),
        at: `${day}T08:00:00.000Z`,
        receivedAt: `${day}T08:00:01.000Z`,
      }),
    )
    const stored = await issues.record(all)
    const from = '2026-03-01T00:00:00.000Z'
    const first = await issues.eventIds('listed', { from, after: null, limit: 2 })
    expect(first.events).toEqual(
      [0, 1].map(index => ({ id: `${index}`.repeat(32), at: all[index]?.event.at, issue: stored[index]?.issueNumber })),
    )
    expect(await issues.eventIds('listed', { from, after: first.next, limit: 2 })).toEqual({
      events: [{ id: '2'.repeat(32), at: all[2]?.event.at, issue: stored[2]?.issueNumber }],
      next: null,
    })
    expect(
      (await issues.eventIds('listed', { from: '2026-03-02T00:00:00.000Z', after: null, limit: 9 })).events,
    ).toHaveLength(2)
  },

  'finds an issue by the key an earlier version of grouping gave it, and by its new one from then on':
    async current => {
      const { issues } = current.store
      const [old] = await issues.record([grouped('again', 'old')])
      const upgraded = { ...grouped('again', 'new one'), formerKey: 'old' }
      const other = { ...grouped('again', 'new two'), formerKey: 'old' }
      const seen = await issues.record([
        upgraded,
        grouped('again', 'else'),
        other,
        { ...upgraded, event: grouped('again', '').event },
      ])
      expect(seen.map(({ issueNumber }) => issueNumber)).toEqual([1, 3, 1, 1])
      expect(seen.map(({ isNewIssue }) => isNewIssue)).toEqual([false, true, false, false])
      const later = await issues.record([
        grouped('again', 'new two'),
        grouped('again', 'old'),
        { ...grouped('again', 'else'), formerKey: 'old' },
      ])
      expect(later.map(({ issueNumber }) => issueNumber)).toEqual([1, 1, 3])
      expect(await issues.get('again', old?.issueId ?? '')).toMatchObject({ events: 6, grouping: { key: 'old' } })
    },
  'makes one issue of events with the same grouping key and counts them, their people and places': async current => {
    const { issues } = current.store
    const batch = [
      grouped('shop', 'k1', { at: at(5), user: 'mira', environment: 'staging' }),
      grouped('shop', 'k1', { at: at(3), user: 'mira', release: 'r2' }),
      grouped('shop', 'k1', { at: at(9), user: 'joe', release: null, level: 'fatal' }),
      grouped('shop', 'k2'),
      grouped('blog', 'k1'),
    ]
    const stored = await issues.record(batch)
    expect(stored.map(({ eventId: id }) => id)).toEqual(batch.map(({ event }) => event.id))
    expect(stored.map(({ isNewIssue }) => isNewIssue)).toEqual([true, false, false, true, true])
    expect(stored.map(({ issueNumber }) => issueNumber)).toEqual([1, 1, 1, 2, 1])
    const issue = await issues.get('shop', stored[0]?.issueId ?? '')
    expect(issue).toEqual({
      id: stored[0]?.issueId,
      project: 'shop',
      number: stored[0]?.issueNumber,
      title: 'Broken k1',
      culprit: 'cart.ts in total',
      level: 'fatal',
      state: 'open',
      service: 'backend',
      environments: ['production', 'staging'],
      firstSeen: at(3),
      lastSeen: at(9),
      firstRelease: 'r2',
      lastRelease: 'r1',
      events: 3,
      people: 2,
      grouping: { key: 'k1', because: ['type', 'frame'] },
      ...{ resolution: null, mute: null, regressedAt: null, assignee: null, parts: 1, imported: [] },
      version: 1,
    })
    expect(await issues.byNumber('shop', issue?.number ?? 0)).toEqual(issue)
  },

  'adds to a known issue, whatever order events come in': async current => {
    const { issues } = current.store
    const [stored] = await issues.record([grouped('later', 'k', { user: 'mira' })])
    await issues.record([
      grouped('later', 'k', { at: at(50), release: 'r9', user: 'mira', environment: 'staging', level: 'warning' }),
      grouped('later', 'k', { at: at(40), release: 'r8', user: 'joe' }),
    ])
    await issues.record([grouped('later', 'k', { at: at(1), release: 'r0', level: 'fatal' })])
    expect(await issues.get('later', stored?.issueId ?? '')).toMatchObject({
      events: 4,
      people: 2,
      firstSeen: at(1),
      lastSeen: at(50),
      firstRelease: 'r1',
      lastRelease: 'r9',
      level: 'warning',
      environments: ['production', 'staging'],
      version: 1,
    })
  },

  'changes nothing for an event id that is known, in the same batch or a later one': async current => {
    const { issues, alerts } = current.store
    const event = grouped('twice', 'k', { user: 'mira' })
    const first = await issues.record([event, event])
    const again = await issues.record([event, grouped('twice', 'k')])
    expect(first.map(({ isDuplicate, isNewIssue }) => [isDuplicate, isNewIssue])).toEqual([
      [false, true],
      [true, false],
    ])
    expect(again.map(({ isDuplicate }) => isDuplicate)).toEqual([true, false])
    expect(again[0]).toMatchObject({ issueId: first[0]?.issueId, issueNumber: 1, isRegression: false })
    expect(await issues.record([event])).toEqual([again[0]])
    expect(await issues.byNumber('twice', 1)).toMatchObject({ events: 2, people: 1 })
    const window = { environment: 'production', from: at(0), to: at(60) }
    expect(await alerts.traffic('twice', window)).toMatchObject([{ errors: 2 }])
  },

  'counts every error that visitors met into the second it came in, for the rules': async current => {
    const { issues, alerts } = current.store
    await issues.record([
      grouped('counted', 'a', { receivedAt: at(20) }),
      grouped('counted', 'b', { receivedAt: at(20) }),
      grouped('counted', 'b', { receivedAt: at(21), service: null, release: null }),
      grouped('counted', 'b', { receivedAt: at(20), tags: { 'gantry.probe': 'true' } }),
    ])
    expect((await issues.list('counted', {})).issues.map(({ events }) => events)).toEqual([3, 1])
    const traffic = await alerts.traffic('counted', { environment: 'production', from: at(20), to: at(22) })
    expect(traffic).toEqual([
      { service: '', release: '', requests: 0, failures: 0, errors: 1 },
      { service: 'backend', release: 'r1', requests: 0, failures: 0, errors: 2 },
    ])
  },

  'lets writers of the same project work at once without losing a count or a number': async current => {
    const { issues } = current.store
    const batches = Array.from({ length: 8 }, () => ['a', 'b', 'c'].map(key => grouped('crowd', key, { user: 'mira' })))
    const stored = (await Promise.all(batches.map(batch => issues.record(batch.toReversed())))).flat()
    expect(stored.filter(({ isNewIssue }) => isNewIssue)).toHaveLength(3)
    const { issues: found, total } = await issues.list('crowd', {})
    expect(total).toBe(3)
    const pages = [0, 2, 4].map(offset => issues.list('crowd', { limit: 2, offset }))
    expect((await Promise.all(pages)).map(page => [page.issues.length, page.total])).toEqual([
      [2, 3],
      [1, 3],
      [0, 3],
    ])
    expect(found.map(({ number, events, people }) => [number, events, people]).toSorted()).toEqual([
      [1, 8, 1],
      [2, 8, 1],
      [3, 8, 1],
    ])
  },

  'stores whatever a client sends: NUL, half a surrogate pair, endless keys': async current => {
    const { issues } = current.store
    const long = 'x'.repeat(20_000)
    const odd = grouped('odd', `key\0${long}`, {
      message: 'a\0b \ud83d',
      user: long,
      release: long,
      service: `svc${long}`,
      tags: { 'k\0': 'v\0', quote: `"'\\{},` },
    })
    const [stored] = await issues.record([odd, grouped('odd', 'fine')])
    const { events } = await issues.events('odd', stored?.issueId ?? '', { limit: 1, offset: 0 })
    expect(events[0]).toMatchObject({ message: 'a\uFFFDb \uFFFD', tags: { 'k\uFFFD': 'v\uFFFD', quote: `"'\\{},` } })
    expect((await issues.list('odd', {})).total).toBe(2)
  },

  'stores nothing of a batch when one event cannot be stored': async current => {
    const { issues } = current.store
    const batch = [grouped('halves', 'a'), grouped('halves', 'b', { at: 'not a time' })]
    await expect(issues.record(batch)).rejects.toThrow()
    expect((await issues.list('halves', {})).total).toBe(0)
    expect(await issues.record([])).toEqual([])
    expect(await issues.record([grouped('halves', 'a')])).toMatchObject([{ issueNumber: 1 }])
  },

  'finds issues by state, words, place and release, newest first, page by page': async current => {
    const { issues } = current.store
    const batch = [
      grouped('find', '100%_sure', { at: at(1), release: 'r1' }),
      grouped('find', '100 sure', { at: at(2), release: 'r2', environment: 'staging' }),
      grouped('find', 'third', { at: at(3), release: 'r2' }),
    ]
    const stored = await issues.record(batch)
    await issues.record([grouped('find', '100%_sure', { at: at(4), release: 'r2' })])
    await current.store.issueLife.change('find', [stored[2]?.issueId ?? ''], { to: 'resolved', how: 'now' }, ana(5))
    const titles = async (filter: object) =>
      (await issues.list('find', filter)).issues.map(({ title }) => title.slice(7))
    expect(await titles({})).toEqual(['100%_sure', 'third', '100 sure'])
    expect(await titles({ state: 'resolved' })).toEqual(['third'])
    expect(await titles({ term: { kind: 'text', pattern: '%_SURE' } })).toEqual(['100%_sure'])
    expect(await titles({ term: { kind: 'text', pattern: 'cart.ts' }, limit: 1, offset: 1 })).toEqual(['third'])
    expect(await titles({ environment: 'staging' })).toEqual(['100 sure'])
    expect(await titles({ release: 'r2' })).toEqual(['100%_sure', 'third', '100 sure'])
    expect(await titles({ firstRelease: 'r2' })).toEqual(['third', '100 sure'])
    expect((await issues.list('find', { limit: 1 })).total).toBe(3)
  },

  'answers the events of an issue newest first, exactly as they came': async current => {
    const { issues } = current.store
    const batch = [1, 3, 2].map(second => grouped('events', 'k', { at: at(second), message: 'é "quoted"' }))
    const [stored] = await issues.record(batch)
    const page = await issues.events('events', stored?.issueId ?? '', { limit: 2, offset: 0 })
    expect(page).toEqual({ events: [batch[1]?.event, batch[2]?.event], total: 3 })
    expect(await issues.events('other', stored?.issueId ?? '', { limit: 2, offset: 0 })).toEqual({
      events: [],
      total: 0,
    })
  },

  'draws a trend of buckets that end at an instant': async current => {
    const { issues } = current.store
    const [stored] = await issues.record([0, 1, 9, 10, 30].map(second => grouped('trend', 'k', { at: at(second) })))
    const window = { until: at(30), bucketMs: 10_000, buckets: 4 }
    expect(await issues.trend('trend', stored?.issueId ?? '', window)).toEqual([0, 3, 1, 0])
  },

  'answers null for an issue of another project': async current => {
    expect(await current.store.issues.get('other', 'none')).toBeNull()
    expect(await current.store.issues.byNumber('other', 1)).toBeNull()
  },
}
