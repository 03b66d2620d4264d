import type { Issue } from '@gantry/core/api'
import { expect, test } from 'vitest'
import { filterIssues, isWords, namesState } from './filter-issues.ts'

const issue = (number: number, title: string, service: string): Issue => ({
  id: String(number),
  project: 'p',
  number,
  title,
  culprit: 'checkout.ts in priceOf',
  level: 'error',
  state: 'open',
  service,
  environments: ['production'],
  firstSeen: '',
  lastSeen: '',
  firstRelease: null,
  lastRelease: null,
  events: 1,
  people: 1,
  grouping: { key: '', because: [] },
  ...{ resolution: null, mute: null, regressedAt: null, assignee: null, parts: 1, imported: [] },
  version: 1,
})
const issues = [issue(9, 'TypeError: total is undefined', 'backend'), issue(10, 'Timeout', 'builder')]

test.each([
  ['', [9, 10]],
  ['TYPEERROR', [9]],
  ['checkout builder', [10]],
  ['#9', [9]],
  ['nothing', []],
])('%j finds %j', (text, found) => expect(filterIssues(issues, text).map(({ number }) => number)).toEqual(found))

test('one is found among ten thousand', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => issue(i, `TypeError: ${i} is undefined`, 'backend'))
  expect(filterIssues(many, '9999')).toHaveLength(1)
})

test('tells words from what means more, and a query that names its states', () => {
  expect(['card declined', 'checkout.ts', ''].map(isWords)).toEqual([true, true, true])
  expect(['a:b', '"a b"', 'a -b', 'a OR b', 'a*', '#7', '(a)'].map(isWords)).toEqual(Array(7).fill(false))
  expect(['is:new', 'a -is:new', '(IS:new)'].map(namesState)).toEqual([true, true, true])
  expect(['this:x', 'is', ''].map(namesState)).toEqual([false, false, false])
})
