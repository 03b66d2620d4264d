import { GantryError } from '@gantry/core'
import { expect, test } from 'vitest'
import { pauseUnkept, sentryRefusal } from './answers.ts'

test('a full queue asks for a pause of error reports only', () => {
  const refusal = sentryRefusal(new GantryError('INGEST_OVERLOADED', 'full'))
  expect(refusal).toMatchObject({
    status: 429,
    headers: { 'retry-after': '5', 'x-sentry-rate-limits': '5:error;log_item;default:key:overloaded' },
  })
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

test('what is not kept need not be sent for an hour; an empty list of categories would pause all', () => {
  const dropped = [
    { category: 'session', reason: 'not-kept' },
    { category: 'session', reason: 'not-kept' },
    { category: 'span', reason: 'not-kept' },
    { category: 'default', reason: 'unknown' },
  ]
  expect(pauseUnkept(dropped)).toEqual({ 'x-sentry-rate-limits': '3600:session;span:key:not_kept' })
  expect(pauseUnkept(dropped.slice(3))).toEqual({})
})
