import { expect, test } from 'vitest'
import { keyOfDsn, sentryKey } from './sentry-key.ts'

const none = { query: undefined, header: undefined }

test('finds the key in the query or the header', () => {
  expect(sentryKey({ ...none, query: 'k' })).toBe('k')
  expect(sentryKey({ ...none, header: 'Sentry sentry_version=7, sentry_key=k, sentry_client=x' })).toBe('k')
})

test('both must agree, and an empty one counts for nothing', () => {
  expect(sentryKey({ query: 'k', header: '' })).toBe('k')
  expect(sentryKey({ query: '', header: 'Sentry sentry_key=k' })).toBe('k')
  expect(() => sentryKey({ query: 'k', header: 'Sentry sentry_key=other' })).toThrow(
    expect.objectContaining({ code: 'INGEST_KEY_WRONG' }),
  )
})

test('a request may show none before its body', () => expect(sentryKey(none)).toBeNull())

test('a DSN shows its key, and what is none shows nothing', () => {
  expect(keyOfDsn('http://k@127.0.0.1:4400/1')).toBe('k')
  expect(keyOfDsn('http://127.0.0.1:4400/1')).toBeNull()
  expect(keyOfDsn('no address')).toBeNull()
  expect(keyOfDsn(undefined)).toBeNull()
})
