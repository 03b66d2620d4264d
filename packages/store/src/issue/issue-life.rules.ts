import type { LifeRequest, Store } from '@gantry/core'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'
import { ana, at, grouped } from './issue-store.rules.ts'

const resolved: LifeRequest = { to: 'resolved', how: 'now' }
const muted = (change: Partial<Extract<LifeRequest, { to: 'muted' }>>): LifeRequest => ({
  ...{ to: 'muted', until: null, moreEvents: null, rate: null },
  ...change,
})

/** Ids of issues of these keys, each of which was met once at second 10. */
async function met({ issues }: Store, project: string, ...keys: string[]): Promise<string[]> {
  return (await issues.record(keys.map(key => grouped(project, key)))).map(({ issueId }) => issueId)
}

async function stateOf({ issues }: Store, project: string, id: string) {
  return (await issues.get(project, id))?.state
}

export const issueLifeRules: Rules = {
  'opens a resolved issue when it happens later, and leaves a muted and an archived one as they are': async ({
    store,
  }) => {
    const [a = '', b = '', c = ''] = await met(store, 'back', 'a', 'b', 'c')
    await store.issueLife.change('back', [a], resolved, ana(20))
    await store.issueLife.change('back', [b], muted({}), ana(20))
    await store.issueLife.change('back', [c], { to: 'archived' }, ana(20))
    const late = { at: at(30), receivedAt: at(31) }
    const seen = await store.issues.record(['a', 'a', 'b', 'c'].map(key => grouped('back', key, late)))
    expect(seen.map(({ isRegression }) => isRegression)).toEqual([true, false, false, false])
    expect(await store.issues.get('back', a)).toMatchObject({
      ...{ state: 'open', version: 3, events: 3, resolution: null, regressedAt: at(31) },
    })
    expect(await store.issues.get('back', b)).toMatchObject({ state: 'muted', version: 2, events: 2 })
    expect(await store.issues.get('back', c)).toMatchObject({ state: 'archived', events: 2 })
    expect((await store.issueLife.acts('back', a)).map(({ kind, by }) => [kind, by])).toEqual([
      ['regressed', null],
      ['resolved', 'Ana'],
      ['new', null],
    ])
  },

  'keeps a resolved issue resolved when an event of before, or of an older release, comes late': async ({ store }) => {
    const [a = '', b = '', c = ''] = await met(store, 'late', 'a', 'b', 'c')
    await store.issues.record([
      grouped('late', 'x', { release: 'shop@1.9.0' }),
      grouped('late', 'x', { release: 'shop@1.10.0' }),
    ])
    await store.issueLife.change('late', [a], resolved, ana(20))
    await store.issueLife.change('late', [b], { to: 'resolved', how: 'in-next-release' }, ana(20))
    await store.issueLife.change('late', [c], { to: 'resolved', how: 'in-release', release: 'shop@1.10.0' }, ana(20))
    expect((await store.issues.get('late', b))?.resolution).toMatchObject({ release: 'shop@1.10.0' })
    const seen = (key: string, second: number, release: string | null) =>
      store.issues.record([grouped('late', key, { at: at(second), receivedAt: at(40), release })])
    await seen('a', 19, 'shop@1.10.0')
    await seen('a', 30, 'shop@1.9.0')
    for (const release of ['shop@1.9.0', 'shop@1.10.0', null]) await seen('b', 30, release)
    await seen('c', 30, 'shop@1.9.0')
    for (const id of [a, b, c]) expect(await stateOf(store, 'late', id)).toBe('resolved')
    await seen('a', 30, 'shop@1.10.0')
    await seen('b', 30, 'shop@1.11.0')
    await seen('c', 30, 'shop@1.10.0')
    for (const id of [a, b, c]) expect(await stateOf(store, 'late', id)).toBe('open')
  },

  'ends a silence by its time, its count and its rate': async ({ store }) => {
    const [time = '', count = '', rate = ''] = await met(store, 'mute', 'time', 'count', 'rate')
    const { issueLife, issues } = store
    await issueLife.change('mute', [time], muted({ until: at(50) }), ana(20))
    await issueLife.change('mute', [count], muted({ moreEvents: 2 }), ana(20))
    await issueLife.change('mute', [rate], muted({ rate: { events: 2, overMs: 5_000 } }), ana(20))
    const seen = (key: string, second: number) =>
      issues.record([grouped('mute', key, { at: at(second), receivedAt: at(second) })])
    for (const [key, second] of [
      ['time', 30],
      ['count', 30],
      ['rate', 30],
      ['rate', 40],
    ] as const)
      await seen(key, second)
    for (const id of [time, count, rate]) expect(await stateOf(store, 'mute', id)).toBe('muted')
    expect(await issueLife.nextWake('mute')).toBe(at(50))
    expect(await issueLife.wake('mute', at(49))).toEqual([])
    await seen('count', 31)
    await seen('rate', 44)
    for (const id of [count, rate]) expect(await stateOf(store, 'mute', id)).toBe('open')
    expect(await issueLife.wake('mute', at(50))).toEqual([1])
    expect(await stateOf(store, 'mute', time)).toBe('open')
    expect((await issueLife.acts('mute', count))[0]).toMatchObject({ kind: 'woken', by: null })
  },

  'opens those whose silence is over beside one whose end no clock of the database reads': async ({ store }) => {
    const [far = '', near = ''] = await met(store, 'far', 'far', 'near')
    const { issueLife } = store
    await issueLife.change('far', [far], muted({ until: '+010240-01-01T00:00:00.000Z' }), ana(20))
    expect(await issueLife.nextWake('far')).toBeNull()
    await issueLife.change('far', [near], muted({ until: at(50) }), ana(20))
    expect(await issueLife.nextWake('far')).toBe(at(50))
    expect(await issueLife.wake('far', at(50))).toEqual([2])
    expect(await stateOf(store, 'far', far)).toBe('muted')
    await issueLife.change('far', [far], muted({ rate: { events: 1, overMs: 9e15 } }), ana(51))
    await store.issues.record([grouped('far', 'far', { at: at(52), receivedAt: at(52) })])
    expect(await stateOf(store, 'far', far)).toBe('open')
  },

  'keeps no end of a silence that has none, and reads one that was kept as none': async ({ store, database }) => {
    const [a = ''] = await met(store, 'good', 'a')
    const { issueLife, issues } = store
    expect(await issueLife.change('good', [a], muted({}), ana(20))).toMatchObject([{ state: 'muted', mute: null }])
    const nothing = { until: null, events: null, rate: null }
    // As it was stored once.
    await database.kysely.updateTable('gantry.issues').set({ mute: nothing }).where('id', '=', a).execute()
    await database.kysely
      .updateTable('gantry.issue_acts')
      .set({
        body: sql`jsonb_set(body, '{change,after,mute}', ${JSON.stringify(nothing)}::jsonb)`,
      })
      .where('issue_id', '=', a)
      .where('kind', '=', 'muted')
      .execute()
    expect(await issues.get('good', a)).toMatchObject({ state: 'muted', mute: null })
    // Which changes nothing.
    expect(await issueLife.change('good', [a], muted({}), ana(21))).toMatchObject([{ version: 2 }])
    await issues.record([grouped('good', 'a', { at: at(30), receivedAt: at(30) })])
    const [act] = await issueLife.acts('good', a)
    expect(await issueLife.undo('good', a, act?.id ?? '', ana(31))).toMatchObject({ state: 'open' })
  },

  'hands the level of the event to the rules, and a silence that is over by its time': async ({ store }) => {
    const { issueLife, issues } = store
    const [{ issueId: a = '' } = {}, { issueId: b = '' } = {}] = await issues.record([
      grouped('level', 'a', { level: 'info', environment: 'pr-7' }),
      grouped('level', 'b', { level: 'info' }),
    ])
    await issueLife.merge('level', a, [b], ana(20))
    await issueLife.change('level', [a], resolved, ana(20))
    await issues.record([grouped('level', 'b', { level: 'fatal', at: at(30), receivedAt: at(30) })])
    const [, , back] = await issueLife.untold('level', 10)
    expect(back).toMatchObject({ kind: 'regressed', issue: { id: a, level: 'fatal' } })
    await issueLife.change('level', [a], muted({ until: at(50) }), ana(40))
    await issueLife.wake('level', at(50))
    const [, , , woken] = await issueLife.untold('level', 10)
    expect(woken).toMatchObject({ kind: 'woken', event: null, environment: 'production', issue: { level: 'fatal' } })
  },

  'merges issues, counts what comes later by any of their keys, and takes it back exactly': async ({ store }) => {
    const { issueLife, issues } = store
    const [a = '', b = ''] = (
      await issues.record([
        grouped('merge', 'a', { user: 'mira', at: at(5), release: 'r0' }),
        grouped('merge', 'b', { user: 'mira', environment: 'staging' }),
        grouped('merge', 'b', { user: 'joe', at: at(12), release: 'r2' }),
      ])
    ).map(({ issueId }) => issueId)
    await issueLife.change('merge', [b], muted({}), ana(15, 'known'))
    const before = [await issues.get('merge', a), await issues.get('merge', b)]
    expect(await issueLife.merge('merge', a, [b, a], ana(20))).toMatchObject({
      ...{ number: 1, events: 3, people: 2, parts: 2, environments: ['production', 'staging'] },
      ...{ firstSeen: at(5), lastSeen: at(12), firstRelease: 'r0', lastRelease: 'r2', state: 'open' },
    })
    expect((await issues.list('merge', {})).total).toBe(1)
    expect(await issues.byNumber('merge', 2)).toMatchObject({ id: a })
    const [later] = await issues.record([grouped('merge', 'b', { at: at(30), user: 'zoe' })])
    expect(later).toMatchObject({ issueId: a, issueNumber: 1, isNewIssue: false })
    expect(await issues.get('merge', a)).toMatchObject({ events: 4, people: 3, lastSeen: at(30) })
    const page = await issues.events('merge', a, { limit: 2, offset: 1 })
    expect(page.total).toBe(4)
    expect(page.events.map(event => event.at)).toEqual([at(12), at(10)])
    expect(await issues.trend('merge', a, { until: at(40), bucketMs: 20_000, buckets: 2 })).toEqual([3, 1])
    const [act] = await issueLife.acts('merge', a)
    expect(act).toMatchObject({ kind: 'merged', by: 'Ana', issues: [2], canUndo: true })
    await issueLife.undo('merge', a, act?.id ?? '', ana(40))
    expect(await issues.get('merge', a)).toEqual({ ...before[0], version: 3 })
    expect(await issues.get('merge', b)).toEqual({
      ...before[1],
      events: 3,
      people: 3,
      lastSeen: at(30),
      lastRelease: 'r1',
      version: 4,
    })
    await expect(issueLife.undo('merge', a, act?.id ?? '', ana(41))).rejects.toMatchObject({ code: 'CONFLICT' })
  },

  'merges what was merged, refuses what is part of another, and undoes one by one': async ({ store }) => {
    const { issueLife, issues } = store
    const [a = '', b = '', c = '', d = ''] = await met(store, 'chain', 'a', 'b', 'c', 'd')
    await issueLife.merge('chain', b, [c], ana(20))
    await issueLife.merge('chain', a, [b], ana(21))
    expect(await issues.get('chain', c)).toMatchObject({ id: a, parts: 3, events: 3 })
    await expect(issueLife.merge('chain', d, [c], ana(22))).rejects.toMatchObject({ code: 'ISSUE_MERGED' })
    await expect(issueLife.change('chain', [b], resolved, ana(22))).rejects.toMatchObject({ code: 'ISSUE_MERGED' })
    await expect(issueLife.merge('chain', a, ['none'], ana(22))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await issueLife.merge('chain', a, [c], ana(22))).toMatchObject({ parts: 3 })
    const acts = await issueLife.acts('chain', a)
    expect(acts.filter(({ kind }) => kind === 'merged')).toMatchObject([{ canUndo: true }, { canUndo: false }])
    await issueLife.undo('chain', a, acts[0]?.id ?? '', ana(23))
    expect(await issues.get('chain', c)).toMatchObject({ id: b, parts: 2 })
    expect(await issues.get('chain', a)).toMatchObject({ parts: 1, events: 1 })
  },

  'tells when the newest events of an issue came, with those of its parts': async ({ store }) => {
    const [a = '', b = ''] = await met(store, 'times', 'a', 'b', 'c')
    await store.issues.record(
      [20, 40, 60].map(second => grouped('times', second === 40 ? 'b' : 'a', { at: at(second) })),
    )
    await store.issueLife.merge('times', a, [b], ana(70))
    const times = (limit: number, since = at(0)) => store.issues.newestTimes('times', [1, 2, 3, 9], { since, limit })
    expect([...(await times(3))]).toEqual([
      [1, [at(60), at(40), at(20)]],
      [3, [at(10)]],
    ])
    expect([...(await times(9, at(20)))]).toEqual([[1, [at(60), at(40), at(20)]]])
  },

  'takes two merges at once one after the other': async ({ store }) => {
    const [a = '', b = '', c = ''] = await met(store, 'race', 'a', 'b', 'c')
    const results = await Promise.allSettled([
      store.issueLife.merge('race', a, [b], ana(20)),
      store.issueLife.merge('race', c, [b], ana(20)),
      store.issueLife.merge('race', b, [a], ana(20)),
    ])
    const merged = results.filter(({ status }) => status === 'fulfilled').length
    const { issues } = await store.issues.list('race', {})
    // Whose turn comes first nobody says: what was merged into `b` goes along with it.
    expect([merged, issues.map(({ events }) => events).toSorted()]).toEqual(merged === 2 ? [2, [3]] : [1, [1, 2]])
  },

  'makes a part an issue of its own, with what an upgrade of grouping put together': async ({ store }) => {
    const { issueLife, issues } = store
    const [a = ''] = await met(store, 'split', 'old')
    await issues.record([
      { ...grouped('split', 'new 1', { user: 'mira' }), formerKey: 'old' },
      { ...grouped('split', 'new 2', { user: 'joe' }), formerKey: 'old' },
      { ...grouped('split', 'new 2', { at: at(12) }), formerKey: 'old' },
    ])
    const parts = await issueLife.parts('split', a)
    expect(parts.map(({ events, isOwn }) => [events, isOwn])).toEqual([
      [1, true],
      [2, false],
      [1, false],
    ])
    const second = parts[1]?.id ?? ''
    expect(await issueLife.split('split', a, [second], ana(20))).toMatchObject({
      id: second,
      events: 2,
      people: 1,
      parts: 1,
    })
    expect(await issues.get('split', a)).toMatchObject({ events: 2, parts: 2 })
    const [later] = await issues.record([{ ...grouped('split', 'new 2'), formerKey: 'old' }])
    expect(later?.issueId).toBe(second)
    const all = (await issueLife.parts('split', a)).map(({ id }) => id)
    await expect(issueLife.split('split', a, all, ana(21))).rejects.toMatchObject({ code: 'ISSUE_NOT_SPLIT' })
    await expect(issueLife.split('split', a, [second], ana(21))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const [act] = await issueLife.acts('split', a)
    await issueLife.undo('split', a, act?.id ?? '', ana(22))
    expect(await issues.get('split', a)).toMatchObject({ events: 5, parts: 3 })
    // The row that gives the number stays: choosing it lets the others leave.
    expect(await issueLife.split('split', a, [a], ana(23))).toMatchObject({ parts: 2, events: 4 })
  },

  'answers the act that was made, and none where nothing changed': async ({ store }) => {
    const { issueLife } = store
    const [a = '', b = '', c = ''] = await met(store, 'made', 'a', 'b', 'c')
    await issueLife.change('made', [a], resolved, ana(20))
    const [known, fresh] = await issueLife.change('made', [a, b], { to: 'open' }, ana(21))
    expect([known?.act, fresh?.act]).toEqual([(await issueLife.acts('made', a))[0]?.id, null])
    const merged = await issueLife.merge('made', a, [c], ana(22))
    const [act] = await issueLife.acts('made', a)
    expect(merged).toMatchObject({ id: a, act: act?.id })
    const again = await issueLife.merge('made', a, [c], ana(23))
    expect(again).toMatchObject({ act: null, version: merged.version })
    const begun = await issueLife.split('made', a, [c], ana(24))
    expect(begun).toMatchObject({ id: c, act: (await issueLife.acts('made', a))[0]?.id })
    await issueLife.undo('made', a, begun.act ?? '', ana(25))
  },

  'takes back what one act did to many, but of those that were changed since': async ({ store }) => {
    const { issueLife, issues } = store
    const [a = '', b = '', c = ''] = await met(store, 'whole', 'a', 'b', 'c')
    const done = await issueLife.change('whole', [a, b, c], resolved, ana(20))
    const acts = done.flatMap(({ act }) => act ?? [])
    await issues.record([grouped('whole', 'b', { at: at(30), receivedAt: at(31) })])
    const { undone, changedSince } = await issueLife.undoMany('whole', acts, ana(40))
    expect([undone.map(({ number, state }) => [number, state]), changedSince]).toEqual([
      [
        [1, 'open'],
        [3, 'open'],
      ],
      [2],
    ])
    expect(await issues.get('whole', b)).toMatchObject({ state: 'open', regressedAt: at(31) })
    expect((await issueLife.acts('whole', a))[0]).toMatchObject({ kind: 'resolved', isUndone: true, canUndo: false })
    await expect(issueLife.undoMany('whole', acts, ana(41))).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(issueLife.undoMany('other', acts, ana(41))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const { act } = await issueLife.merge('whole', a, [b], ana(42))
    await expect(issueLife.undoMany('whole', [act ?? ''], ana(43))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  },

  'undoes a change as long as nobody changed the same since': async ({ store }) => {
    const { issueLife, issues } = store
    const [a = ''] = await met(store, 'undo', 'a')
    const assignee = { person: 'p1', name: 'Mira', why: 'by-hand' } as const
    await issueLife.change('undo', [a], { to: 'assigned', assignee }, ana(20))
    await issueLife.change('undo', [a], resolved, ana(21, 'mended'))
    await issueLife.comment('undo', a, ana(22, 'looks good'))
    const [, change, assigned] = await issueLife.acts('undo', a)
    await expect(issueLife.undo('undo', a, assigned?.id ?? '', ana(23))).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await issueLife.undo('undo', a, change?.id ?? '', ana(24))).toMatchObject({ state: 'open', assignee })
    expect(await issueLife.undo('undo', a, assigned?.id ?? '', ana(25))).toMatchObject({ assignee: null })
    expect((await issueLife.acts('undo', a)).map(({ kind, isUndone }) => [kind, isUndone])).toEqual([
      ['commented', false],
      ['resolved', true],
      ['assigned', true],
      ['new', false],
    ])
    for (const id of ['0', 'x', ''])
      await expect(issueLife.undo('undo', a, id, ana(26))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await issues.get('undo', a)).toMatchObject({ version: 5 })
  },

  'changes many issues or none, and only the version that was seen': async ({ store }) => {
    const { issueLife, issues } = store
    const [a = '', b = ''] = await met(store, 'bulk', 'a', 'b')
    await expect(issueLife.change('bulk', [a, 'none'], resolved, ana(20))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await stateOf(store, 'bulk', a)).toBe('open')
    await expect(issueLife.change('other', [a], resolved, ana(20))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await issueLife.change('bulk', [a, b, a], resolved, ana(20))).toMatchObject([{ number: 1 }, { number: 2 }])
    await expect(issueLife.change('bulk', [a], { to: 'open' }, ana(21), 1)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await issueLife.change('bulk', [a], { to: 'open' }, ana(21), 2)).toMatchObject([{ version: 3 }])
    // What changes nothing is no act, and no new version.
    expect(await issueLife.change('bulk', [a], { to: 'open' }, ana(22))).toMatchObject([{ version: 3 }])
    expect((await issues.list('bulk', { state: 'resolved' })).total).toBe(1)
    const nothing: LifeRequest = { to: 'resolved', how: 'in-next-release' }
    await store.issues.record([grouped('bare', 'a', { release: null })])
    const [bare] = (await issues.list('bare', {})).issues
    await expect(issueLife.change('bare', [bare?.id ?? ''], nothing, ana(20))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
  },

  'hands what it noticed to the rules, and marks it together with the notices or not at all': async ({ store }) => {
    const { issueLife } = store
    await met(store, 'told', 'a', 'b')
    const turns = await issueLife.untold('told', 10)
    expect(turns).toMatchObject([
      {
        kind: 'new',
        issue: { number: 1, title: 'Broken a' },
        environment: 'production',
        service: 'backend',
        release: 'r1',
      },
      { kind: 'new', issue: { number: 2 } },
    ])
    const told = turns.map(({ act }) => ({ act, told: 'own' as const }))
    expect(await issueLife.tell('told', told.slice(0, 1), [])).toBe(true)
    expect(await issueLife.tell('told', told, [])).toBe(false)
    expect(await issueLife.untold('told', 10)).toHaveLength(1)
    expect(await issueLife.toldSince('told', at(0))).toBe(1)
  },
}
