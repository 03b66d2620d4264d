import { GantryError } from '@gantry/core'
import { expect, test } from 'vitest'
import { pauseLimited, sentryRefusal } from './answers.ts'

test('a full queue asks for a pause of all but the client’s own reports', () => {
  const refusal = sentryRefusal(new GantryError('INGEST_OVERLOADED', 'full'))
  expect(refusal).toMatchObject({ status: 429, headers: { 'retry-after': '5' } })
  expect(refusal.headers['x-sentry-rate-limits']).toMatch(/^5:error;.*session.*:key:overloaded$/)
  expect(refusal.headers['x-sentry-rate-limits']).not.toContain('internal')
})

test('a full disk asks for the same pause', () => {
  const refusal = sentryRefusal(new GantryError('STORAGE_FULL', 'full'))
  expect(refusal).toMatchObject({ status: 507, headers: { 'retry-after': '5' } })
})

test('other refusals say why in header and body, in ASCII', () => {
  const refusal = sentryRefusal(new GantryError('INGEST_KEY_WRONG', 'the key ü… is wrong'))
  expect(refusal).toMatchObject({
    status: 403,
    headers: { 'x-sentry-error': 'the key ?? is wrong' },
    body: { detail: 'INGEST_KEY_WRONG: the key ü… is wrong' },
  })
  expect(refusal.headers['retry-after']).toBeUndefined()
})

test('a key that is spent pauses all but the client’s own reports, until its minute is over', () => {
  const spent = new GantryError('INGEST_RATE_LIMITED', 'spent', { retryAfterSeconds: 37 })
  const { status, headers } = sentryRefusal(spent)
  const [seconds, categories] = headers['x-sentry-rate-limits']?.split(':') ?? []
  expect([status, headers['retry-after'], seconds]).toEqual([429, '37', '37'])
  expect(categories?.split(';')).toEqual(expect.arrayContaining(['error', 'transaction', 'session', 'log_item']))
  expect(categories?.split(';')).not.toContain('internal')
})

test('what alone is too much is paused alone, in a refusal and in an answer', () => {
  const facts = { retryAfterSeconds: 9, categories: ['span', 'session'] }
  for (const code of ['INGEST_RATE_LIMITED', 'INGEST_SPIKE'] as const)
    expect(sentryRefusal(new GantryError(code, 'much', facts)).headers).toMatchObject({
      ...{ 'retry-after': '9', 'x-sentry-rate-limits': '9:span;session:key:rate_limited' },
    })
  const dropped = [
    { category: 'span', reason: 'rate-limited' },
    { category: 'span', reason: 'rate-limited' },
    { category: 'error', reason: 'malformed' },
  ]
  expect(pauseLimited(dropped)).toEqual({ 'x-sentry-rate-limits': '60:span:key:rate_limited' })
  expect(pauseLimited(dropped.slice(2))).toEqual({})
})
