import { readIssueQuery, type Store } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'
import { ana, at, grouped } from './issue-store.rules.ts'

const moment = { now: at(60), me: 'p1' }

async function found({ issues }: Store, project: string, text: string): Promise<string> {
  const term = readIssueQuery(text, moment)
  const { issues: list, total } = await issues.list(project, term ? { term } : {})
  expect(list).toHaveLength(total)
  return list
    .map(({ title }) => title.slice(7))
    .sort()
    .join(' ')
}

const traceId = '0123456789abcdef0123456789abcdef'

/** Titles by query. */
const expectedOf = (eventId: string): Record<string, string> => ({
  '': 'cart mail pay',
  'is:unresolved': 'mail pay',
  'is:resolved': 'cart',
  'is:new -is:assigned': 'pay',
  'is:ongoing': '',
  'is:regressed OR is:muted': '',
  'release:4f2a1b0': 'pay',
  '-release:*': 'mail',
  'firstRelease:r1': 'cart pay',
  'lastrelease:4f*': 'pay',
  'user:u-7': 'pay',
  'user:U-7': '',
  'user:mira@shop.example': 'pay',
  'user:MIRA@shop.example': 'pay',
  'mira@shop.example': 'pay',
  'user:mira': 'pay',
  'user:mira@shop': '',
  'environment:staging': 'cart',
  '-env:production': 'cart',
  'assigned:me': 'mail',
  'assigned:mira*': 'mail',
  'assigned:nobody': 'cart pay',
  'browser:"safari 18"': 'pay',
  'browser:*': 'cart pay',
  'browser:(firefox OR chrome)': 'cart',
  'user.plan:pro': 'pay',
  '"Broken pay"': 'pay',
  '"joe declined: 100%"': 'pay',
  '"declined: 1000"': '',
  'cart.ts -pay': 'cart mail',
  'level:>=error': 'mail pay',
  'level:warning service:web': 'cart',
  'events:>1': 'pay',
  'people:0 events:1': 'cart mail',
  'firstSeen:-52s': 'mail pay',
  'firstSeen:+52s': 'cart',
  'lastSeen:>2026-03-01': 'cart mail pay',
  'lastSeen:2026-02-28': '',
  '#1': 'pay',
  'issue:2': 'cart',
  [eventId]: 'pay',
  [`event:${eventId}`]: 'pay',
  [`trace:${traceId}`]: 'pay',
  [traceId.toUpperCase()]: 'pay',
  'trace:ffffffffffffffffffffffffffffffff': '',
})

export const issueSearchRules: Rules = {
  'finds issues by what people type': async ({ store }) => {
    const sha = '4f2a1b0'.padEnd(40, '0')
    const first = grouped('search', 'pay', {
      user: 'u-7',
      userNames: ['Mira@shop.example', 'mira'],
      traceId,
      tags: { browser: 'Safari 18', 'user.plan': 'Pro' },
    })
    await store.issues.record([
      first,
      { ...grouped('search', 'pay', { user: 'joe', release: sha }), title: 'card of joe declined: 100%' },
      grouped('search', 'cart', {
        level: 'warning',
        service: 'web',
        environment: 'staging',
        at: at(5),
        tags: { browser: 'Firefox' },
      }),
      grouped('search', 'mail', { level: 'fatal', release: null, tags: {} }),
    ])
    const [cart, mail, pay] = await Promise.all(
      ['cart', 'mail', 'pay'].map(
        async title =>
          (await store.issues.list('search', { term: { kind: 'text', pattern: `Broken ${title}` } })).issues[0],
      ),
    )
    await store.issueLife.change('search', [cart?.id ?? ''], { to: 'resolved', how: 'now' }, ana(20))
    const assignee = { person: 'p1', name: 'Mira Maier', why: 'by-hand' } as const
    await store.issueLife.change('search', [mail?.id ?? ''], { to: 'assigned', assignee }, ana(20))
    for (const [text, expected] of Object.entries(expectedOf(first.event.id)))
      expect([text, await found(store, 'search', text)]).toEqual([text, expected])
    // Of an issue that has parts, all of them are searched.
    await store.issueLife.merge('search', mail?.id ?? '', [pay?.id ?? ''], ana(30))
    for (const text of ['browser:"Safari 18"', 'events:3', '#1', 'declined', 'release:4f2a1b0', traceId, 'user:joe'])
      expect([text, await found(store, 'search', text)]).toEqual([text, 'mail'])
    expect(await found(store, 'elsewhere', '')).toBe('')
  },

  'leaves nothing out of what is not so because an issue lacks what is asked about': async ({ store }) => {
    await store.issues.record([
      grouped('lack', 'pay'),
      {
        ...grouped('lack', 'bare', { release: null, service: null, tags: {}, exceptions: [], traceId: null }),
        culprit: null,
      },
    ])
    const { issues } = await store.issues.list('lack', {})
    expect(issues.map(({ culprit }) => culprit)).toContain(null)
    for (const text of ['-word', '-culprit:word', '-file:*word', '-service:web', '-release:r9', '-first_release:r9'])
      expect([text, await found(store, 'lack', text)]).toEqual([text, 'bare pay'])
    for (const text of [
      '-last_release:r9',
      '-env:staging',
      '-assigned:mira',
      '-assigned:me',
      '-browser:x',
      '-user:mira',
    ])
      expect([text, await found(store, 'lack', text)]).toEqual([text, 'bare pay'])
    for (const text of ['-culprit:*', '-service:*', '-release:*', '-pay'])
      expect([text, await found(store, 'lack', text)]).toEqual([text, 'bare'])
  },

  'notes no more than a hundred values of a tag, and goes on storing': async ({ store }) => {
    const batch = Array.from({ length: 130 }, (_, index) => grouped('many', 'k', { tags: { request: `id-${index}` } }))
    await store.issues.record(batch.slice(0, 80))
    for (const item of batch.slice(80)) await store.issues.record([item])
    const { rows } = await store.issues.list('many', {}).then(({ issues }) => ({ rows: issues }))
    expect(rows).toMatchObject([{ events: 130 }])
    expect(await found(store, 'many', 'request:id-79')).toBe('k')
    expect(await found(store, 'many', 'request:id-129')).toBe('')
  },
}
