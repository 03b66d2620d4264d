import { expect, test } from 'vitest'
import type { SessionShares } from '../api/release-sessions.ts'
import { crashFreeInWords, crashFreePeopleInWords, sinceLiveInWords } from './sessions-in-words.ts'

const shares = (sessions: number, crashed: number, people = 0): SessionShares => ({
  ...{ sessions, crashed, errored: 0, abnormal: 0, people, peopleWithCrash: 0 },
  crashFreeSessions: sessions === 0 ? null : 1 - crashed / sessions,
  crashFreePeople: people === 0 ? null : 1,
})

test('a share says of how many it is, and none is not all', () => {
  expect(crashFreeInWords(shares(1_204, 24), 'application')).toBe('98 % of 1,204 sessions')
  expect(crashFreeInWords(shares(1, 0), 'request')).toBe('100 % of 1 request')
  expect(crashFreeInWords(shares(0, 0), 'application')).toBe('no session')
  expect(crashFreePeopleInWords(shares(9, 0, 3))).toBe('100 % of 3 people')
  expect(crashFreePeopleInWords(shares(9, 0))).toBe('nobody is named')
})

test.each([
  [shares(1_000, 60), shares(1_000, 10), 'more crash than before'],
  [shares(1_000, 10), shares(1_000, 60), 'fewer crash than before'],
  [shares(1_000, 12), shares(1_000, 10), 'about as many crash as before'],
  [shares(100_000, 3), shares(100_000, 1), 'about as many crash as before'],
  [shares(421, 30), shares(92, 0), 'more crash than before'],
  [shares(19, 9), shares(1_000, 0), 'too few to tell: fewer than 100 sessions on one side'],
  [shares(99, 6), shares(99, 5), 'too few to tell: fewer than 100 sessions on one side'],
  [shares(100, 100), shares(100, 100), 'about as many crash as before'],
  [shares(1_000, 4), shares(1_000, 0), 'about as many crash as before'],
  [shares(0, 0), shares(1_000, 0), 'nothing to compare'],
])('%j beside %j: %s', (own, before, text) => {
  const sinceLive = { at: '', deployment: 'd', own, former: { release: 'r', ...before } }
  expect(sinceLiveInWords({ kind: 'application', sinceLive })).toBe(text)
})

test('without a release before there is nothing to say', () => {
  expect(sinceLiveInWords({ kind: 'application', sinceLive: null })).toBeNull()
  const sinceLive = { at: '', deployment: 'd', own: shares(9, 0), former: null }
  expect(sinceLiveInWords({ kind: 'application', sinceLive })).toBeNull()
})
