import { expect, test } from 'vitest'
import { readPageEnv } from './page-env.ts'

test('keeps text and drops what is empty or not text', () => {
  const page = { __ENV__: { SENTRY_DSN: 'https://key@host/1', SENTRY_RELEASE: '', RUNTIME_URL: null } }
  expect(readPageEnv(page)).toEqual({ SENTRY_DSN: 'https://key@host/1' })
})

test.each([undefined, null, 'text'])('a page without /env.js works with nothing (%j)', __ENV__ => {
  expect(readPageEnv({ __ENV__ })).toEqual({})
})
