import { expect, test } from 'vitest'
import type { ErrorEvent } from '../../event/error-event.ts'
import { groupEvent } from './group-event.ts'
import { GroupingRule, isLike } from './grouping-rules.ts'

const event = (value: string, more: Partial<ErrorEvent> = {}): ErrorEvent => ({
  ...{ id: 'a'.repeat(32), project: 'shop', environment: 'production', release: 'r', service: 'api', level: 'error' },
  ...{ platform: 'node', at: '2026-11-23T10:00:00.000Z', receivedAt: '2026-11-23T10:00:00.000Z', message: null },
  exceptions: [
    {
      ...{ type: 'HttpError', value, isSynthetic: false, isHandled: false },
      frames: [{ file: '/app/src/http/send.ts', function: 'send', line: 1, column: 1, isInApp: true, context: null }],
    },
  ],
  ...{ fingerprint: [], transaction: 'GET /cart', url: null, user: null, traceId: null, tags: {}, breadcrumbs: [] },
  sdk: null,
  ...more,
})
const rule = (when: GroupingRule['when'], ...fingerprint: string[]) => GroupingRule.parse({ when, fingerprint })
const because = (one: ErrorEvent, ...rules: GroupingRule[]) => groupEvent(one, rules).grouping.because

test('the first rule that fits decides, also over the fingerprint of the client', () => {
  const rules = [rule({ message: '*timeout*' }, 'timeouts'), rule({ type: 'httperror' }, 'http')]
  expect(because(event('Timeout of 5 s'), ...rules)).toEqual(['rule timeouts'])
  expect(because(event('refused', { fingerprint: ['mine'] }), ...rules)).toEqual(['rule http'])
  expect(because(event('refused', { fingerprint: ['mine'] }))).toEqual(['fingerprint mine'])
})

test('a rule takes parts of the event, and may add to what Gantry would take', () => {
  const own = because(event('refused'))
  expect(because(event('refused'), rule({ service: 'api' }, '{{ default }}', '{{ transaction }}'))).toEqual([
    ...own,
    'rule GET /cart',
  ])
  expect(
    because(event('refused'), rule({ file: 'src/http/*' }, '{{type}} {{ file }} {{ function }} {{ odd }}')),
  ).toEqual(['rule HttpError src/http/send.ts send {{ odd }}'])
})

test.each<[keyof GroupingRule['when'], string, boolean]>([
  ['type', 'Http*', true],
  ['type', 'Http', false],
  ['message', '*fus*', true],
  ['function', 'send', true],
  ['function', 'receive', false],
  ['file', '*/send.ts', true],
  ['service', 'web', false],
  ['level', 'error', true],
  ['level', 'fatal', false],
])('a rule on %s %s fits: %s', (name, pattern, isFit) => {
  const fit = because(event('refused'), GroupingRule.parse({ when: { [name]: pattern }, fingerprint: ['x'] }))
  expect(fit.includes('rule x')).toBe(isFit)
})

test('an event without an exception is known by its message; all that is asked must fit', () => {
  const said = event('', { exceptions: [], message: 'queue is full' })
  expect(because(said, rule({ message: 'queue*' }, 'queues'))).toEqual(['rule queues'])
  expect(because(said, rule({ message: 'queue*', type: '*' }, 'queues'))).toEqual(['message queue is full'])
  expect(because(said, rule({ message: 'queue*', file: 'src/*' }, 'queues'))).toEqual(['message queue is full'])
})

test.each([
  ['a', 'a', true],
  ['ab', 'a', false],
  ['aXbXc', 'a*b*c', true],
  ['ab', 'a*b*c', false],
  ['aba', 'ab*ba', false],
  ['', '*', true],
  ['x', '**', true],
  ['xay', '*a*', true],
  ['xby', '*a*', false],
])('%s is like %s: %s', (text, pattern, expected) => {
  expect(isLike(text, pattern)).toBe(expected)
})

test('a rule that asks for nothing is refused', () => {
  expect(GroupingRule.safeParse({ when: {}, fingerprint: ['x'] }).success).toBe(false)
  expect(GroupingRule.safeParse({ when: { type: 'x' }, fingerprint: [] }).success).toBe(false)
})
