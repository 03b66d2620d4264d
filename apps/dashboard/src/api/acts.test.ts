import type { Incident, Issue, Promotion } from '@gantry/core/api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { acts } from './acts.ts'

const sent: { path: string; body: unknown }[] = []
beforeEach(() => {
  sent.length = 0
  vi.stubGlobal('location', { pathname: '/p/shop/issues' })
  vi.stubGlobal('fetch', async (path: string, { method, body }: RequestInit) => {
    expect(method).toBe('POST')
    sent.push({ path, body: JSON.parse(String(body)) })
    return new Response('{}')
  })
})
afterEach(() => void vi.unstubAllGlobals())

const promotion = { id: 'p/1', version: 3 } as Promotion
const issue = { number: 7, version: 5 } as Issue
const incident = { number: 2, version: 9 } as Incident

test.each<[string, () => Promise<unknown>, string, unknown]>([
  ['signing out', () => acts.signOut(), '/sign-out', {}],
  ['cancelling', () => acts.cancelRun('r 1', 'wrong'), '/runs/r%201/cancel', { reason: 'wrong' }],
  ['running again', () => acts.rerun('r1', 'flaky'), '/runs/r1/rerun', { reason: 'flaky' }],
  [
    'approving',
    () => acts.decide(promotion, 'approve', 'seen'),
    '/promotions/p%2F1/approve',
    { reason: 'seen', version: 3 },
  ],
  ['rejecting', () => acts.decide(promotion, 'reject', 'no'), '/promotions/p%2F1/reject', { reason: 'no', version: 3 }],
  [
    'taking a yes back',
    () => acts.decide(promotion, 'withdraw', 'it fails'),
    '/promotions/p%2F1/withdraw',
    { reason: 'it fails', version: 3 },
  ],
  [
    'letting it past a gate',
    () => acts.override(promotion, 'freeze', 'it is down'),
    '/promotions/p%2F1/override',
    { gate: 'freeze', reason: 'it is down', version: 3 },
  ],
  ['ticking', () => acts.tickTask('a/b', 2, true), '/releases/a%2Fb/checklist', { task: 2, done: true }],
  ['removing a preview', () => acts.removePreview('pr-12', 'seen'), '/previews/pr-12/removal', { reason: 'seen' }],
  ['holding', () => acts.hold('a/b', 'wait'), '/environments/a%2Fb/hold', { reason: 'wait' }],
  [
    'rolling back',
    () => acts.rollBack('production', 'errors', 'abc'),
    '/environments/production/rollback',
    { reason: 'errors', to: 'abc' },
  ],
  ['resuming', () => acts.resume('a/b', 'fixed'), '/environments/a%2Fb/resume', { reason: 'fixed' }],
  [
    'muting for a reason',
    () => acts.changeIssue(issue, 'mute', { reason: 'known' }),
    '/issues/7/mute',
    { version: 5, reason: 'known' },
  ],
  ['resolving without a reason', () => acts.changeIssue(issue, 'resolve'), '/issues/7/resolve', { version: 5 }],
  ['reopening', () => acts.changeIssue(issue, 'reopen'), '/issues/7/reopen', { version: 5 }],
  ['acknowledging', () => acts.acknowledge(incident), '/incidents/2/acknowledge', { version: 9 }],
  [
    'resolving an incident',
    () => acts.resolveIncident(incident, 'gone'),
    '/incidents/2/resolve',
    { version: 9, reason: 'gone' },
  ],
  ['resolving it without words', () => acts.resolveIncident(incident, ''), '/incidents/2/resolve', { version: 9 }],
  ['a note', () => acts.note(2, 'looks better'), '/incidents/2/notes', { text: 'looks better' }],
  ['a step undone', () => acts.tick(2, 0, false), '/incidents/2/steps', { step: 0, done: false }],
])('%s says what was looked at', async (_, act, path, body) => {
  await act()
  const below = /^\/sign-/.test(path) ? '' : '/projects/shop'
  expect(sent).toEqual([{ path: `/api/v1${below}${path}`, body }])
})
