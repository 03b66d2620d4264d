import type { ImportedState, ImportingIssue, NewImport, Store } from '@gantry/core'
import { expect } from 'vitest'
import { ana, at, grouped } from '../issue/issue-store.rules.ts'
import { sha256 } from '../issue/sha256.ts'
import type { Rules } from '../testing/each-database.ts'

const origin = { service: 'sentry', url: 'https://sentry.io', organization: 'acme' } as const
const asked: NewImport = {
  ...{ id: 'i1', origin, asked: { projects: { web: 'backend' }, since: null }, by: 'Ana', at: at(20), holder: 'h1' },
}
const open: ImportedState = { to: 'open', regressedAt: null }
const id = (letter: string) => letter.repeat(32)

function issue(project: string, sourceId: string, change: Partial<ImportingIssue> & { keys?: string[] } = {}) {
  const { keys = [sourceId], ...rest } = change
  const reports = keys.map((key, index) => ({
    event: grouped(project, key, { at: at(5 - index), receivedAt: at(20), user: 'mira' }),
    otherKeys: [sha256(`raw ${key}`)],
  }))
  const made: ImportingIssue = {
    ...{
      sourceId,
      shortId: `WEB-${sourceId}`,
      url: `https://sentry.io/issues/${sourceId}/`,
      title: `Title ${sourceId}`,
    },
    ...{
      culprit: 'pay',
      level: 'fatal',
      service: 'backend',
      firstSeen: at(1),
      lastSeen: at(5),
      events: 100,
      people: 7,
    },
    ...{ state: open, assignee: null, comments: [], reports, ...rest },
  }
  return made
}

async function bring({ imports }: Store, project: string, issues: ImportingIssue[], change: Partial<NewImport> = {}) {
  const { import: begun } = await imports.begin(project, { ...asked, ...change })
  const holder = change.holder ?? asked.holder
  return imports.addIssues(project, { id: begun.id, holder, at: at(20), cursor: null, issues })
}
const numbered = async ({ issues }: Store, project: string, number: number | null | undefined) =>
  issues.byNumber(project, number ?? 0)

export const importRules: Rules = {
  'an issue of elsewhere counts and stands as it did there, and nobody is told': async ({ store }) => {
    const comment = { by: 'Leo', at: at(3), text: 'Seen\non Monday' }
    const assignee = { person: null, name: 'Leo', why: 'by-hand' } as const
    const [one] = await bring(store, 'whole', [issue('whole', '1', { comments: [comment], assignee })])
    expect(one).toMatchObject({ sourceId: '1', became: 'new', reports: 1 })
    const shown = await numbered(store, 'whole', one?.number)
    expect(shown).toMatchObject({
      ...{
        title: 'Title 1',
        culprit: 'pay',
        level: 'fatal',
        firstSeen: at(1),
        lastSeen: at(5),
        events: 100,
        people: 7,
      },
      ...{ state: 'open', assignee, environments: ['production'], parts: 1 },
      imported: [
        { import: 'i1', service: 'sentry', id: '1', shortId: 'WEB-1', url: 'https://sentry.io/issues/1/', at: at(20) },
      ],
    })
    const acts = await store.issueLife.acts('whole', shown?.id ?? '')
    expect(acts.map(({ kind, by, text, at }) => [kind, by, text, at])).toEqual([
      ['imported', null, 'WEB-1 https://sentry.io/issues/1/', at(20)],
      ['commented', 'Leo (sentry)', 'Seen\non Monday', at(3)],
    ])
    expect(await store.issueLife.untold('whole', 10)).toEqual([])
    const traffic = { environment: 'production', from: '2020-01-01T00:00:00.000Z', to: '2030-01-01T00:00:00.000Z' }
    expect(await store.alerts.traffic('whole', traffic)).toEqual([])
    expect((await store.issues.events('whole', shown?.id ?? '', { limit: 9, offset: 0 })).total).toBe(1)
  },

  'the next event of the same fault lands in it, read by maps or not, and opens what was resolved': async ({
    store,
  }) => {
    const resolved = { to: 'resolved', at: at(6), how: 'now', release: null } as const
    const [one] = await bring(store, 'next', [issue('next', '1', { state: resolved, keys: ['a', 'b'] })])
    const late = { at: at(30), receivedAt: at(31) }
    const seen = await store.issues.record([
      grouped('next', 'raw a', late),
      grouped('next', 'b', { ...late, at: at(40) }),
    ])
    expect(seen.map(each => [each.issueNumber, each.isNewIssue, each.isRegression])).toEqual([
      [one?.number, false, true],
      [one?.number, false, false],
    ])
    expect(await numbered(store, 'next', one?.number)).toMatchObject({
      state: 'open',
      events: 102,
      parts: 2,
      people: 7,
    })
    expect((await store.issueLife.untold('next', 10)).map(({ kind }) => kind)).toEqual(['regressed'])
  },

  'what was silent, away or resolved in a release there is so here': async ({ store }) => {
    const states: ImportedState[] = [
      { to: 'muted', until: null, moreEvents: 2, rate: null },
      { to: 'archived' },
      { to: 'resolved', at: at(6), how: 'in-release', release: 'web@2' },
      { to: 'open', regressedAt: at(4) },
    ]
    const all = states.map((state, index) => issue('stands', String(index), { state }))
    const became = await bring(store, 'stands', all)
    const [muted, archived, resolved, regressed] = await Promise.all(
      became.map(({ number }) => numbered(store, 'stands', number)),
    )
    expect(muted).toMatchObject({ state: 'muted', mute: { events: 102 } })
    expect(archived).toMatchObject({ state: 'archived' })
    expect(resolved).toMatchObject({ state: 'resolved', resolution: { how: 'in-release', release: 'web@2' } })
    expect(regressed).toMatchObject({ state: 'open', regressedAt: at(4) })
    const come = (key: string) => store.issues.record([grouped('stands', key, { at: at(30), receivedAt: at(31) })])
    expect((await come('0'))[0]).toMatchObject({ isWoken: false })
    expect((await come('0'))[0]).toMatchObject({ isWoken: true })
  },

  'an imported release says which of two is older': async ({ store }) => {
    const { import: begun } = await store.imports.begin('ages', asked)
    const release = (version: string, createdAt: string) => ({
      ...{ version, createdAt, sha: null, url: null, releasedAt: null, commits: [], deploys: [] },
    })
    const releases = [release('cafe', at(1)), release('beef', at(2))]
    const batch = { id: begun.id, holder: 'h1', at: at(20), cursor: null }
    await store.namedReleases.say('ages', 'ours', {}, at(3))
    expect(await store.imports.addReleases('ages', { ...batch, releases: [...releases, release('ours', at(1))] })).toBe(
      2,
    )
    expect(await store.imports.addReleases('ages', { ...batch, releases })).toBe(0)
    expect(await store.namedReleases.get('ages', 'ours')).toMatchObject({ createdAt: at(3) })
    const state = { to: 'resolved', at: at(6), how: 'in-release', release: 'beef' } as const
    await bring(store, 'ages', [issue('ages', '1', { state })])
    const come = (name: string) =>
      store.issues.record([grouped('ages', '1', { at: at(30), receivedAt: at(31), release: name })])
    expect((await come('cafe'))[0]).toMatchObject({ isRegression: false })
    expect((await come('beef'))[0]).toMatchObject({ isRegression: true })
  },

  'brings nothing twice, whichever import asks': async ({ store }) => {
    const one = issue('twice', '1')
    const first = await bring(store, 'twice', [one, one])
    expect(first.map(({ became }) => became)).toEqual(['new', 'new'])
    const again = await bring(store, 'twice', [issue('twice', '1'), issue('twice', '2')])
    expect(again.map(({ became }) => became)).toEqual(['known', 'new'])
    const other = { ...asked, id: 'i2', asked: { projects: { web: null }, since: null } }
    expect((await bring(store, 'twice', [issue('twice', '1')], other)).map(({ became }) => became)).toEqual(['known'])
    expect(await store.imports.known('twice', { ...origin, url: 'https://SENTRY.io/' }, ['1', '2', '3'])).toEqual([
      '1',
      '2',
    ])
    expect((await store.issues.list('twice', {})).issues.map(({ events }) => events)).toEqual([100, 100])
  },

  'an issue that is here already keeps its life, and counts what was counted there if that is more': async ({
    store,
  }) => {
    const [ours] = await store.issues.record([grouped('here', 'a', { id: id('a'), at: at(9) }), grouped('here', 'a')])
    await store.issueLife.change('here', [ours?.issueId ?? ''], { to: 'archived' }, ana(12))
    const theirs = issue('here', '1', { keys: ['other'] })
    const [report] = theirs.reports
    if (report) Object.assign(report.event.event, { id: id('a') })
    const [one] = await bring(store, 'here', [theirs])
    expect(one).toMatchObject({ became: 'joined', number: ours?.issueNumber })
    expect(await numbered(store, 'here', one?.number)).toMatchObject({
      ...{ state: 'archived', title: 'Broken a', events: 100, firstSeen: at(1), imported: [{ id: '1' }] },
    })
    const [second] = await bring(store, 'here', [issue('here', '2', { keys: ['a'] })])
    expect(second).toMatchObject({ became: 'joined', number: ours?.issueNumber })
    expect(await numbered(store, 'here', one?.number)).toMatchObject({ events: 200 })
  },

  'two issues of there with one key are one here, which is open when one of them is': async ({ store }) => {
    const resolved = { to: 'resolved', at: at(6), how: 'now', release: null } as const
    const all = [issue('joins', '1', { keys: ['k'], state: resolved }), issue('joins', '2', { keys: ['k', 'l'] })]
    const [one, two] = await bring(store, 'joins', all)
    expect([one?.became, two?.became, two?.number]).toEqual(['new', 'joined', one?.number])
    expect(await numbered(store, 'joins', one?.number)).toMatchObject({ state: 'open', events: 200, parts: 2 })
  },

  'an issue of which no event was left is brought all the same, and has no key a client could make': async ({
    store,
  }) => {
    const [one] = await bring(store, 'bare', [issue('bare', '1', { reports: [] })])
    expect(one).toMatchObject({ became: 'new', reports: 0 })
    expect(await numbered(store, 'bare', one?.number)).toMatchObject({
      title: 'Title 1',
      events: 100,
      environments: [],
    })
    const [next] = await store.issues.record([grouped('bare', '1')])
    expect(next?.isNewIssue).toBe(true)
  },

  'one that is begun again goes on, and who carried it out before writes no more': async ({ store }) => {
    const { imports } = store
    const cursor = { part: 'web', at: '0:100:0' }
    await imports.begin('held', asked)
    await imports.addIssues('held', { id: 'i1', holder: 'h1', at: at(20), cursor, issues: [issue('held', '1')] })
    const again = await imports.begin('held', { ...asked, id: 'i2', holder: 'h2' })
    expect(again).toMatchObject({ isResumed: true, import: { id: 'i1', cursor, issues: 1, state: 'running' } })
    const late = imports.addIssues('held', {
      id: 'i1',
      holder: 'h1',
      at: at(21),
      cursor: null,
      issues: [issue('held', '2')],
    })
    await expect(late).rejects.toMatchObject({ code: 'IMPORT_MOVED_ON' })
    expect((await store.issues.list('held', {})).total).toBe(1)
    expect(await imports.end('held', 'i1', 'h2', at(30))).toMatchObject({ state: 'done', endedAt: at(30) })
    await expect(imports.end('held', 'i1', 'h2', at(30))).rejects.toMatchObject({ code: 'IMPORT_MOVED_ON' })
    expect(await imports.begin('held', { ...asked, id: 'i3' })).toMatchObject({
      isResumed: false,
      import: { id: 'i3' },
    })
  },

  'is taken back whole: what came from clients since stays, and what was here is as it was': async ({ store }) => {
    const [ours] = await store.issues.record([grouped('back', 'ours', { at: at(9) })])
    const before = await numbered(store, 'back', ours?.issueNumber)
    const all = [
      issue('back', '1', { comments: [{ by: 'Leo', at: at(3), text: 'x' }], keys: ['a', 'b'] }),
      issue('back', '2', { keys: ['ours'] }),
      issue('back', '3'),
      issue('back', '4', { keys: ['a'] }),
    ]
    const [one, , three] = await bring(store, 'back', all)
    await store.issues.record([grouped('back', '3', { at: at(30), receivedAt: at(31) })])
    expect(await store.imports.undo('back', 'i1', 2, at(40))).toEqual({ removed: 0, kept: 2, left: 2 })
    expect(await store.imports.get('back', 'i1')).toMatchObject({ state: 'undoing' })
    expect(await store.imports.undo('back', 'i1', 9, at(40))).toEqual({ removed: 1, kept: 1, left: 0 })
    expect(await store.imports.get('back', 'i1')).toMatchObject({ state: 'undone', issues: 0, endedAt: at(40) })
    expect(await numbered(store, 'back', one?.number)).toBeNull()
    expect(await numbered(store, 'back', ours?.issueNumber)).toEqual({ ...before, version: 2 })
    expect(await numbered(store, 'back', three?.number)).toMatchObject({ events: 1, firstSeen: at(30), imported: [] })
    expect((await store.issueLife.acts('back', ours?.issueId ?? '')).map(({ kind }) => kind)).toEqual(['new'])
    const [again] = await store.issues.record([grouped('back', 'a')])
    expect(again?.isNewIssue).toBe(true)
    await expect(store.imports.undo('back', 'none', 9, at(40))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  },
}
