import { expect, test } from 'vitest'
import { sentryKey } from './sentry-key.ts'

const none = { query: undefined, header: undefined, dsn: undefined }

test('finds the key in the query, the header or the dsn', () => {
  expect(sentryKey({ ...none, query: 'k' })).toBe('k')
  expect(sentryKey({ ...none, header: 'Sentry sentry_version=7, sentry_key=k, sentry_client=x' })).toBe('k')
  expect(sentryKey({ ...none, dsn: 'http://k@127.0.0.1:4400/1' })).toBe('k')
})

test('several must agree, and an empty header counts for nothing', () => {
  expect(sentryKey({ query: 'k', header: '', dsn: 'http://k@h/1' })).toBe('k')
  expect(() => sentryKey({ query: 'k', header: 'Sentry sentry_key=other', dsn: undefined })).toThrow('differ')
})

test('refuses a request without any', () => {
  expect(() => sentryKey(none)).toThrow(expect.objectContaining({ code: 'INGEST_KEY_WRONG' }))
  expect(() => sentryKey({ ...none, dsn: 'no address' })).toThrow(expect.objectContaining({ code: 'INGEST_KEY_WRONG' }))
})
