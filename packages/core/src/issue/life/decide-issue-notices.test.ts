import { expect, test } from 'vitest'
import { IssuesConfig } from '../../config/issues-config.ts'
import { decideIssueNotices, type NoticeFacts } from './decide-issue-notices.ts'
import type { UntoldTurn } from './issue-life-store.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 28, 10, minute)).toISOString()
const turn = (
  number: number,
  change: Partial<UntoldTurn> = {},
  issue: Partial<UntoldTurn['issue']> = {},
): UntoldTurn => ({
  ...{
    act: String(number),
    kind: 'new',
    at: at(0),
    event: 'e',
    environment: 'production',
    service: 'web',
    release: 'shop@2.1',
  },
  issue: {
    ...{
      id: `i${number}`,
      number,
      title: `Broken ${number}`,
      culprit: 'cart.ts in total',
      level: 'error',
      state: 'open',
    },
    ...{ events: 1, people: 1, ...issue },
  },
  ...change,
})
const facts = (change: Partial<NoticeFacts> = {}): NoticeFacts => ({
  ...{ project: 'shop', now: at(1), toldLately: 0, pages: 'http://g/shop', tagsOf: () => ({ browser: 'Safari 18' }) },
  ...change,
})
const decide = (turns: UntoldTurn[], config: object = {}, change: Partial<NoticeFacts> = {}) =>
  decideIssueNotices(turns, IssuesConfig.parse(config), facts(change))

test('tells of a new issue and of one that came back, each with its link and a key of its own', () => {
  const { turns, notices, digestAt } = decide([turn(1), turn(2, { kind: 'regressed' }, { culprit: null })])
  expect(turns).toEqual([
    { act: '1', told: 'own' },
    { act: '2', told: 'own' },
  ])
  expect(notices.map(({ title, url }) => [title, url])).toEqual([
    ['New issue #1: Broken 1 (cart.ts in total)', 'http://g/shop/issues/1'],
    ['Back again #2: Broken 2', 'http://g/shop/issues/2'],
  ])
  expect(notices[0]).toMatchObject({
    kind: 'issue',
    severity: 'info',
    environment: 'production',
    service: 'web',
    incident: null,
  })
  expect(new Set(notices.map(({ dedupKey }) => dedupKey)).size).toBe(2)
  expect(digestAt).toBeNull()
})

test.each([
  ['another kind', turn(1, { kind: 'woken' }), {}],
  ['too mild a level', turn(1, {}, { level: 'warning' }), {}],
  ['another environment', turn(1), { environments: ['staging'] }],
  ['the preview of a pull request', turn(1, { environment: 'pr-12' }), {}],
  ['another service', turn(1), { services: ['api'] }],
  ['no service', turn(1, { service: null }), { services: ['web'] }],
  ['another release', turn(1), { release: 'shop@3.*' }],
  ['no release', turn(1, { release: null }), { release: '*' }],
  ['another tag', turn(1), { tags: { browser: 'Firefox*' } }],
  ['no such tag', turn(1), { tags: { region: 'fra' } }],
  ['one that somebody resolved meanwhile', turn(1, {}, { state: 'resolved' }), {}],
])('tells of nothing that does not fit: %s', (_what, one, rule) => {
  expect(decide([one], { tell: [rule] })).toEqual({
    turns: [{ act: '1', told: 'nobody' }],
    notices: [],
    digestAt: null,
  })
})

test('the first rule that fits decides how severe it is', () => {
  const tell = [
    { services: ['api'], severity: 'critical' },
    {
      on: ['new', 'woken'],
      level: 'warning',
      environments: ['production'],
      services: ['web'],
      release: 'shop@2.*',
      tags: { browser: 'safari*' },
      severity: 'warning',
    },
    {},
  ]
  const { notices } = decide([turn(1, {}, { level: 'warning' }), turn(2, { kind: 'woken' })], { tell })
  expect(notices.map(({ severity }) => severity)).toEqual(['warning', 'warning'])
  expect(decide([turn(1)], { tell: [{ tags: { browser: '*' } }] }, { tagsOf: () => null }).notices).toHaveLength(1)
})

test('of a flood the first are told one by one, and the rest as one message when its time is over', () => {
  const flood = Array.from({ length: 8 }, (_, index) => turn(index + 1))
  const early = decide(flood, { atMost: 3 }, { toldLately: 1 })
  expect(early.notices).toHaveLength(2)
  expect(early.turns).toHaveLength(2)
  expect(early.digestAt).toBe(at(10))
  const rest = flood.slice(2)
  const late = decide(rest, { atMost: 3 }, { toldLately: 3, now: at(10) })
  expect(late.turns).toEqual(rest.map(({ act }) => ({ act, told: 'digest' })))
  expect(late.notices).toMatchObject([
    {
      title: '6 further issues new or back again: #3 Broken 3; #4 Broken 4; #5 Broken 5; and 3 more',
      url: 'http://g/shop/issues',
      severity: 'info',
    },
  ])
  expect(decide([turn(1)], { atMost: 1 }, { toldLately: 1, now: at(10) }).notices[0]?.title).toBe(
    '1 further issue new or back again: #1 Broken 1',
  )
})
