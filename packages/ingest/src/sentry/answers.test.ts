import { GantryError } from '@gantry/core'
import { expect, test } from 'vitest'
import { sentryRefusal } from './answers.ts'

test('a full queue asks for a pause of error reports only', () => {
  const refusal = sentryRefusal(new GantryError('INGEST_OVERLOADED', 'full'))
  expect(refusal).toMatchObject({
    status: 429,
    headers: { 'retry-after': '5', 'x-sentry-rate-limits': '5:error;default:key:overloaded' },
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
