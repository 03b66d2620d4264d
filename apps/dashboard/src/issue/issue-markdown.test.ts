import type { EventView, Issue } from '@gantry/core/api'
import { expect, test } from 'vitest'
import { issueMarkdown, rawTrace } from './issue-markdown.ts'

const frame = (file: string, line: number) => ({
  file,
  function: 'priceOf',
  line,
  column: 3,
  isInApp: true,
  context: null,
})
const event = {
  exceptions: [
    { type: 'Error', value: 'outer', isSynthetic: false, isHandled: true, frames: [frame('a.ts', 1)] },
    {
      type: 'TypeError',
      value: 'inner',
      isSynthetic: false,
      isHandled: true,
      frames: [frame('b.ts', 2), frame('c.ts', 3)],
    },
  ],
  breadcrumbs: [{ at: null, category: 'http', level: null, message: 'GET /' }],
  lastChange: { sha: 'abcdef0123', title: 'Round totals', author: 'Kim', at: '2026-11-23T10:00:00.000Z' },
} as unknown as EventView

test('the failing frame comes first, causes before what wrapped them', () => {
  expect(rawTrace(event)).toBe(
    [
      'TypeError: inner',
      '    at priceOf (c.ts:3:3)',
      '    at priceOf (b.ts:2:3)',
      'Wrapped in Error: outer',
      '    at priceOf (a.ts:1:3)',
    ].join('\n'),
  )
})

test('Markdown says what, where, since when, and the trail', () => {
  const issue = {
    title: 'T',
    number: 9,
    state: 'open',
    events: 2,
    people: 1,
    environments: ['production'],
    firstSeen: 'a',
    lastSeen: 'b',
    firstRelease: 'abc',
    lastRelease: null,
  } as unknown as Issue
  const text = issueMarkdown(issue, event, 'https://x/issues/9')
  expect(text).toContain('## T')
  expect(text).toContain('First seen a with abc')
  expect(text).toContain('- Last changed there in abcdef0 “Round totals” by Kim')
  expect(text).toContain('### Trail\n-  http GET /')
  expect(issueMarkdown(issue, undefined, 'u')).not.toContain('```')
})
