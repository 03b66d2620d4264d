import { expect, test } from 'vitest'
import { keyOfDsn, sentryKey } from './sentry-key.ts'

const shown = (headers: Record<string, string>, query: Record<string, string> = {}) => sentryKey({ query, headers })
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

test.each([
  [{}, { sentry_key: 'k' }],
  [{ 'x-sentry-auth': 'Sentry sentry_version=7, sentry_key=k, sentry_client=x' }, {}],
  [{ authorization: 'Sentry sentry_key=k,sentry_version=7' }, {}],
  [{ authorization: basic('k:secret') }, {}],
  [{ authorization: basic('k') }, { sentry_key: 'k' }],
  [{ 'x-sentry-auth': '' }, { sentry_key: 'k' }],
  [{ 'x-sentry-auth': 'Sentry sentry_key=k' }, { sentry_key: '' }],
])('finds the key in %j and %j', (headers, query) => expect(shown(headers, query)).toBe('k'))

test('several must agree', () => {
  const wrong = expect.objectContaining({ code: 'INGEST_KEY_WRONG' })
  expect(() => shown({ 'x-sentry-auth': 'Sentry sentry_key=other' }, { sentry_key: 'k' })).toThrow(wrong)
  expect(() => shown({ authorization: basic('other:') }, { sentry_key: 'k' })).toThrow(wrong)
})

test('a request may show none before its body', () => {
  for (const authorization of ['', 'Bearer abc', 'Basic ', 'Basic ????', basic(':x')])
    expect(shown({ authorization })).toBeNull()
})

test('a DSN shows its key, and what is none shows nothing', () => {
  expect(keyOfDsn('http://k@127.0.0.1:4400/1')).toBe('k')
  expect(keyOfDsn('http://127.0.0.1:4400/1')).toBeNull()
  expect(keyOfDsn('no address')).toBeNull()
  expect(keyOfDsn(7)).toBeNull()
})
