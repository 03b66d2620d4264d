import { expect, test } from 'vitest'
import { type LiveChange, suspectedRelease } from './suspect.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 10, minute)).toISOString()
const live: LiveChange = { release: 'r', kind: 'deploy', createdAt: at(0), liveAt: at(1) }
const watchedMs = 10 * 60_000

test.each([
  ['while it is deployed', at(0), 'r'],
  ['as it goes live', at(1), 'r'],
  ['at the end of the time it is watched', at(11), 'r'],
  ['later than it is watched', at(12), null],
  ['43 minutes later', at(44), null],
  ['before anybody asked for it', at(-1), null],
])('a release is suspected of what begins %s: %s', (_when, began, suspect) => {
  expect(suspectedRelease(began, live, watchedMs)).toBe(suspect)
})

test('a rollback is not suspected, nor is anything where nothing is live', () => {
  expect(suspectedRelease(at(2), { ...live, kind: 'rollback' }, watchedMs)).toBeNull()
  expect(suspectedRelease(at(2), null, watchedMs)).toBeNull()
})

test('one that has no time of its own counts from when it was asked for', () => {
  expect(suspectedRelease(at(10), { ...live, liveAt: null }, watchedMs)).toBe('r')
  expect(suspectedRelease(at(11), { ...live, liveAt: null }, watchedMs)).toBeNull()
})
