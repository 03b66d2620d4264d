import { expect, test } from 'vitest'
import type { IssueAct } from '../issue/life/issue-act.ts'
import { issueActInWords, muteInWords } from './issue-act-in-words.ts'

const at = '2026-11-28T10:00:00.000Z'
const open = { state: 'open', resolution: null, mute: null, regressedAt: null, assignee: null } as const
const act = (kind: IssueAct['kind'], change: Partial<IssueAct> = {}): IssueAct => ({
  ...{ id: '1', at, kind, by: null, text: null, isUndone: false, canUndo: false, event: null, release: null },
  ...{ change: null, issues: [], ...change },
})
const resolved = (how: 'now' | 'in-release' | 'in-next-release', release: string | null) =>
  act('resolved', { change: { before: open, after: { ...open, resolution: { at, how, release } } } })

test('says of each act what it did', () => {
  const acts = [
    ...[
      resolved('now', 'r1'),
      resolved('in-release', 'a'.repeat(40)),
      resolved('in-next-release', 'r1'),
      act('resolved'),
    ],
    ...[act('muted'), act('assigned'), act('reopened'), act('archived'), act('commented'), act('woken')],
    ...[
      act('merged', { issues: [3, 4] }),
      act('split', { issues: [5] }),
      act('new', { release: 'r1' }),
      act('regressed'),
    ],
    act('assigned', {
      change: { before: open, after: { ...open, assignee: { person: null, name: '@shop/web', why: 'code-owners' } } },
    }),
  ]
  expect(acts.map(issueActInWords)).toEqual([
    ...['resolved it', 'resolved it in aaaaaaa', 'resolved it in the next release after r1', 'resolved it'],
    ...['muted it', 'took the assignment away', 'reopened it', 'archived it', 'said', 'ended its silence'],
    ...['merged #3, #4 into it', 'split #5 off', 'saw it for the first time with r1', 'saw it again'],
    'assigned it to @shop/web',
  ])
})

test('says what ends a silence', () => {
  expect(muteInWords(null)).toBe('')
  expect(muteInWords({ until: at, events: 1, rate: { events: 100, overMs: 3_600_000 } })).toBe(
    ' until 2026-11-28 10:00 UTC or until 1 event altogether or until 100 events within 60 min',
  )
})
