import { expect, test } from 'vitest'
import { SentryIssue } from '../sentry/sentry-issues.ts'
import { fitEvent } from './fit-event.ts'
import { importedIssue } from './imported-issue.ts'
import { fakeIssue } from './testing/fake-issues.ts'

const now = new Date('2026-11-28T12:00:00.000Z')
const read = (change: Record<string, unknown>, activity: Record<string, unknown>[] = []) =>
  importedIssue({
    ...{ issue: SentryIssue.parse(fakeIssue('1', change).issue), service: null, reports: [], now },
    activity: activity.map(each => ({ type: null, dateCreated: null, data: null, user: null, ...each })),
  })
const ignored = (statusDetails: object, substatus: string | null = null) =>
  read({ status: 'ignored', substatus, statusDetails }).state

test.each([
  [{ ignoreUntil: '2026-12-24T08:00:00Z' }, { to: 'muted', until: '2026-12-24T08:00:00.000Z' }],
  [{ ignoreCount: 5 }, { to: 'muted', moreEvents: 5, rate: null }],
  [
    { ignoreCount: 5, ignoreWindow: 10 },
    { to: 'muted', rate: { events: 5, overMs: 600_000 } },
  ],
  [{ ignoreUserCount: 3 }, { to: 'muted', rate: { events: 10, overMs: 86_400_000 } }],
  [{ ignoreCount: -1, ignoreUntil: 'soon' }, { to: 'archived' }],
])('archived until %j', (details, state) => {
  expect(ignored(details)).toMatchObject(state)
})

test('archived until it escalates is silent until it comes five times as often as it did', () => {
  const change = { count: '5000', firstSeen: '2026-11-10T08:00:00Z', lastSeen: '2026-11-20T08:00:00Z' }
  const { state } = read({ ...change, status: 'ignored', substatus: 'archived_until_escalating' })
  expect(state).toMatchObject({ to: 'muted', rate: { events: 2_500, overMs: 86_400_000 } })
})

test('resolved in the next release is so after the one that was the newest then, where that is told', () => {
  const resolved = { status: 'resolved', statusDetails: { inNextRelease: true } }
  const told = {
    type: 'set_resolved_in_release',
    dateCreated: '2026-11-21T08:00:00Z',
    data: { current_release_version: 'a@1' },
  }
  expect(read(resolved, [told]).state).toMatchObject({ how: 'in-next-release', release: 'a@1' })
  expect(read(resolved).state).toMatchObject({ how: 'now', at: '2026-11-20T08:00:00.000Z' })
})

test('came back, when it did; counts of its whole life go before those of the time that is listed', () => {
  const back = { type: 'set_regression', dateCreated: '2026-11-22T08:00:00Z' }
  const lifetime = { count: '9000', userCount: 70, firstSeen: '2026-01-01T00:00:00Z', lastSeen: '2026-11-22T08:00:00Z' }
  expect(read({ substatus: 'regressed', lifetime }, [back])).toMatchObject({
    ...{ state: { to: 'open', regressedAt: '2026-11-22T08:00:00.000Z' }, events: 9_000, people: 70 },
    firstSeen: '2026-01-01T00:00:00.000Z',
  })
})

test('what is missing or nonsense costs its field, never the issue', () => {
  const odd = {
    firstSeen: 'never',
    lastSeen: null,
    count: 'many',
    userCount: {},
    statusDetails: [],
    assignedTo: 7,
    title: {},
  }
  expect(read({ ...odd, culprit: '', level: 3, permalink: 4 }, [{ type: 'note', data: { text: 4 } }])).toMatchObject({
    ...{ title: '', culprit: null, level: 'error', url: null, events: 0, people: 0, assignee: null, comments: [] },
    ...{ firstSeen: now.toISOString(), lastSeen: now.toISOString(), state: { to: 'open', regressedAt: null } },
  })
})

test('of an issue that robots discuss, the newest comments come, and a number nobody counts to is bounded', () => {
  const said = (day: number) => ({
    ...{ type: 'note', dateCreated: `2026-11-${10 + day}T08:00:00Z`, data: { text: `${day}${'x'.repeat(20_000)}` } },
  })
  const { comments, events } = read(
    { count: '9007199254740991' },
    Array.from({ length: 15 }, (_, day) => said(15 - day)),
  )
  expect([comments.length, comments[0]?.at, comments[0]?.text.length]).toEqual([10, '2026-11-25T08:00:00.000Z', 10_000])
  expect(events).toBe(1_000_000_000_000)
})

test('an event that is too large loses what does not tell faults apart, and one that cannot be sent is left out', () => {
  const long = 'x'.repeat(400_000)
  const exception = { values: [{ type: 'E' }] }
  expect(fitEvent({ exception, extra: long, tags: [] })).toEqual({ exception, tags: [] })
  expect(fitEvent({ exception: long })).toBeNull()
  let deep: unknown = 1
  for (let depth = 0; depth < 100_000; depth++) deep = [deep]
  expect(fitEvent({ exception, extra: deep })).toEqual({ exception })
})
