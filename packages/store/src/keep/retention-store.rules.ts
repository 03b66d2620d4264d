import type { Deletion, KeptAmount, NewItem } from '@gantry/core'
import { expect } from 'vitest'
import { arrived } from '../issue/days.rules.ts'
import { forgetDays } from '../maintain/forget-days.ts'
import { forgetOld } from '../maintain/maintain.ts'
import type { Current, Rules } from '../testing/each-database.ts'

const noon = (day: string) => `${day}T12:00:00.000Z`
const [first, second, third] = ['2028-01-01', '2028-01-02', '2028-01-03']

const item = (project: string, day: string, kind: NewItem['kind']): NewItem => ({
  ...{
    id: `${day}-${kind}`,
    project,
    at: noon(day),
    receivedAt: noon(day),
    kind,
    type: kind,
    name: null,
    eventId: null,
  },
  ...{
    traceId: null,
    service: null,
    environment: null,
    release: null,
    facts: {},
    content: Buffer.from(`${day}${kind}`),
  },
})

/** An event, a feedback, a span, an attachment and a session of each of three days. */
async function threeDays({ store }: Current, project: string): Promise<void> {
  for (const day of [first, second, third]) {
    await store.issues.record([arrived(project, noon(day), { payload: 'x'.repeat(50_000) })])
    await store.items.keep([
      item(project, day, 'feedback'),
      item(project, day, 'span'),
      item(project, day, 'attachment'),
    ])
    const counts = { quantity: 1, errored: 0, crashed: 0, abnormal: 0 }
    const own = {
      project,
      id: day,
      kind: 'application' as const,
      release: 'r',
      environment: 'p',
      person: null,
      service: null,
    }
    await store.clientSessions.record([{ ...own, ...counts, startedAt: noon(day), receivedAt: noon(day) }])
  }
}

/** Events are counted as traffic too, which has its own age. */
const kept = async ({ store }: Current, project: string) =>
  Object.fromEntries(
    (await store.retention.kept(project))
      .filter(({ kind, count }) => count > 0 && kind !== 'traffic')
      .map(({ kind, count }) => [kind, count]),
  )

export const retentionRules: Rules = {
  'say how much there is of each kind, and since when': async current => {
    await threeDays(current, 'amounts')
    const amounts = await current.store.retention.kept('amounts')
    const of = (kind: KeptAmount['kind']) => amounts.find(amount => amount.kind === kind)
    for (const kind of ['events', 'attachments', 'spans', 'items'] as const) {
      expect(of(kind)).toMatchObject({ count: 3, since: `${first}T00:00:00.000Z` })
      expect(of(kind)?.bytes, kind).toBeGreaterThan(10)
    }
    expect(of('sessions')).toEqual({ kind: 'sessions', count: 3, bytes: null, since: `${first}T00:00:00.000Z` })
    expect(of('checks')).toEqual({ kind: 'checks', count: 0, bytes: null, since: null })
    expect((await current.store.retention.kept('nobody')).filter(({ count, since }) => count > 0 || since)).toEqual([])
  },

  'let items and sessions go before the events they came with': async current => {
    await threeDays(current, 'sooner')
    const gone = await forgetOld(current.database, 'sooner', {
      spans: noon(third),
      attachments: noon(second),
      sessions: noon(second),
    })
    expect(gone.map(({ kind, day, count }) => [kind, day, count])).toEqual([
      ['attachments', first, 1],
      ['spans', first, 1],
      ['spans', second, 1],
      ['sessions', first, 1],
    ])
    expect(gone[0]?.bytes).toBeGreaterThan(0)
    expect(await kept(current, 'sooner')).toEqual({ events: 3, attachments: 2, spans: 1, items: 3, sessions: 2 })
    expect(await kept(current, 'amounts')).toMatchObject({ attachments: 3, spans: 3, sessions: 3 })
  },

  'say what went with a day, and why: it is too old, or there is too much': async current => {
    await threeDays(current, 'much')
    const bytes = (await current.store.retention.kept('much')).reduce((sum, amount) => sum + (amount.bytes ?? 0), 0)
    const keep = new Map([['much', { since: noon(second), bytes: bytes / 2 }]])
    const gone = await forgetDays(current.database, keep)
    expect(gone.filter(({ kind }) => kind === 'events').map(({ day, count, why }) => [day, count, why])).toEqual([
      [first, 1, 'age'],
      [second, 1, 'size'],
    ])
    expect(gone.every(({ project }) => project === 'much')).toBe(true)
    expect(new Set(gone.map(({ kind }) => kind))).toEqual(
      new Set(['events', 'attachments', 'spans', 'items', 'sessions']),
    )
    expect(await kept(current, 'much')).toEqual({ events: 1, attachments: 1, spans: 1, items: 1, sessions: 1 })
    // The last day stays, whatever it takes.
    expect(await forgetDays(current.database, new Map([['much', { since: noon(second), bytes: 1 }]]))).toEqual([])
    expect(await kept(current, 'amounts')).toMatchObject({ events: 3 })
  },

  'note what went by kind and day, in sum, for a year': async current => {
    const { retention } = current.store
    const gone: Deletion = {
      ...{ kind: 'lines', day: first, count: 2, bytes: 10, why: 'age', exports: ['one'], at: noon(second) },
    }
    await retention.note('noted', [gone, { ...gone, kind: 'checks', bytes: null, exports: [] }])
    await retention.note('noted', [{ ...gone, count: 3, exports: ['two'], why: 'size', at: noon(third) }])
    await retention.note('noted', [])
    expect(await retention.deletions('noted', 10)).toEqual([
      { ...gone, count: 5, bytes: 20, exports: ['one', 'two'], why: 'size', at: noon(third) },
      { ...gone, kind: 'checks', bytes: null, exports: [] },
    ])
    expect(await retention.deletions('noted', 1)).toHaveLength(1)
    await retention.note('noted', [{ ...gone, day: '2029-01-02', at: noon('2029-01-03') }])
    expect((await retention.deletions('noted', 10)).map(({ day }) => day)).toEqual(['2029-01-02', first])
  },
}
