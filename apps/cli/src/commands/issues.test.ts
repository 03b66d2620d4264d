import { expect, test } from 'vitest'
import * as sample from '../testing/samples.ts'
import { typed } from '../testing/test-host.ts'
import { testServer } from '../testing/test-server.ts'

const path = '/api/v1/projects/shop/issues'
const life = { state: 'open', resolution: null, mute: null, regressedAt: null, assignee: null } as const
const base = { text: null, isUndone: false, canUndo: true, event: null, release: null, change: null, issues: [] }
const changed = (id: string, kind: string, after: object) => ({
  ...{ ...base, id, at: sample.at, kind, by: 'Mira' },
  change: { before: life, after: { ...life, ...after } },
})
const mute = { until: null, events: 120, rate: { events: 100, overMs: 3_600_000 } }
const acts = [
  { ...base, id: '9', at: sample.at, kind: 'split', by: 'Mira', issues: [15], canUndo: false },
  changed('8', 'muted', { state: 'muted', mute }),
  { ...changed('7', 'assigned', { assignee: { person: 'p', name: 'Joe', why: 'by-hand' } }), isUndone: true },
  changed('6', 'resolved', { resolution: { at: sample.at, how: 'in-next-release', release: sample.sha } }),
  { ...base, id: '5', at: sample.at, kind: 'commented', by: 'Joe', text: 'looks odd' },
  { ...base, id: '4', at: sample.at, kind: 'merged', by: 'Joe', issues: [13, 14] },
  { ...base, id: '1', at: sample.at, kind: 'new', by: null, release: sample.sha },
]
const part = {
  ...{ id: 'part-1', number: 12, title: 'TypeError: slot', culprit: null, because: ['type TypeError'], keys: 1 },
  ...{ events: 40, firstSeen: sample.at, lastSeen: sample.at, isOwn: true },
}

async function say(args: string[]) {
  const gantry = await testServer({
    [`GET ${path}`]: () => ({ issues: [sample.issue], total: 1 }),
    [`GET ${path}/12/acts`]: () => ({ acts }),
    [`GET ${path}/12/parts`]: () => ({ parts: [part, { ...part, id: 'part-2', number: 13, isOwn: false }] }),
    [`POST ${path}/acts`]: () => ({ issues: [{ ...sample.issue, state: 'muted', assignee: null }] }),
    [`POST ${path}/12/merge`]: () => ({ ...sample.issue, parts: 3 }),
    [`POST ${path}/12/split`]: () => ({ ...sample.issue, number: 15 }),
    [`POST ${path}/12/acts/8/undo`]: () => sample.issue,
    [`POST ${path}/12/comments`]: () => ({ acts }),
    'GET /api/v1/projects/shop/line': () => sample.line,
  })
  const done = await typed([...args, '--project', 'shop'], { env: gantry.env, now: sample.now })
  const posted = gantry.asked.filter(({ method }) => method === 'POST').map(({ body }) => body)
  return {
    ...done,
    posted,
    queries: gantry.asked.filter(({ path: asked }) => asked === path).map(({ query }) => query),
  }
}

test('searches by what people type, in the state the query says, else among the open ones', async () => {
  const asked = async (...args: string[]) => (await say(['issues', ...args])).queries[0]
  expect(await asked('-q', 'is:regressed user:mira')).toEqual({ query: 'is:regressed user:mira', limit: '25' })
  expect(await asked('-q', 'declined')).toMatchObject({ query: 'declined', state: 'open' })
  expect(await asked('--state', 'all')).toEqual({ limit: '25' })
})

test.each<[string[], object]>([
  [
    ['resolve', '12', '--in', 'next-release', '--reason', 'mended'],
    { act: 'resolve', in: 'next-release', reason: 'mended' },
  ],
  [['resolve', '12', '--in', 'shop@2.1'], { act: 'resolve', in: { release: 'shop@2.1' } }],
  [
    ['mute', '12', '--for', '24h', '--events', '10', '--rate', '100/1h'],
    { act: 'mute', for: '24h', events: 10, rate: { events: 100, over: '1h' } },
  ],
  [['assign', '#12'], { act: 'assign', to: 'me' }],
  [['assign', '12', '--to', 'nobody'], { act: 'assign', to: null }],
  [['reopen', '12'], { act: 'reopen' }],
  [['archive', '12'], { act: 'archive' }],
])('issues %j', async (args, body) => {
  const { code, posted } = await say(['issues', ...args])
  expect([code, posted]).toEqual([0, [{ issues: [12], ...body }]])
})

test('acts on several at once, and refuses what is no number', async () => {
  const { out, posted } = await say(['issues', 'mute', '12,13'])
  expect([out, posted]).toEqual(['#12 is muted\n', [{ act: 'mute', issues: [12, 13] }]])
  for (const args of [
    ['mute', 'x'],
    ['mute'],
    ['show', '12,13'],
    ['merge', '12'],
    ['split', '12'],
    ['mute', '12', '--rate', 'often'],
  ])
    expect((await say(['issues', ...args])).code).toBe(2)
})

test('merges, splits and takes the newest act back', async () => {
  const merged = await say(['issues', 'merge', '12', '--with', '13,14'])
  expect([merged.out, merged.posted]).toEqual(['#12 has 3 parts and 40 events now\n', [{ issues: [13, 14] }]])
  const split = await say(['issues', 'split', '12', '--part', 'part-2'])
  expect([split.out, split.posted]).toEqual([
    '#15 is an issue of its own, with 40 events\n',
    [{ parts: ['part-2'], events: [] }],
  ])
  expect((await say(['issues', 'undo', '12'])).out).toBe('undone: #12 is open, with 40 events\n')
  expect((await say(['issues', 'comment', '12', '--reason', 'odd'])).posted).toEqual([{ text: 'odd' }])
  expect((await say(['issues', 'parts', '12'])).out).toMatch(/part-2 +40 +5 min ago +was #13 +TypeError: slot/)
})

test('says who did what with it', async () => {
  const { out } = await say(['issues', 'activity', '12'])
  expect(out.split('\n').map(line => line.replace(/^\d+ +5 min ago +/, ''))).toEqual([
    'Mira split #15 off',
    'Mira muted it until 120 events altogether or until 100 events within 60 min',
    'Mira assigned it to Joe (undone)',
    'Mira resolved it in the next release after 8f3c2a1',
    'Joe said: looks odd',
    'Joe merged #13, #14 into it',
    'Gantry saw it for the first time with 8f3c2a1',
    '',
  ])
})
