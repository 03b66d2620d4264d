import { expect, test } from 'vitest'
import { isOriginAllowed, isOriginPattern } from './allowed-origin.ts'
import { ingestKeyState } from './ingest-key.ts'

const now = '2026-11-27T12:00:00.000Z'
const later = '2026-11-27T12:00:00.001Z'

test('a rotated key works to the end of its grace, a revoked one no moment longer', () => {
  const state = (revokedAt: string | null, worksUntil: string | null) => ingestKeyState({ revokedAt, worksUntil }, now)
  expect(state(null, null)).toBe('works')
  expect(state(null, later)).toBe('rotated')
  expect(state(null, now)).toBe('ended')
  expect(state(now, later)).toBe('revoked')
})

test.each([
  ['https://shop.example', 'https://shop.example', true],
  ['https://shop.example', 'http://shop.example', false],
  ['shop.example', 'http://shop.example', true],
  ['Shop.Example', 'https://shop.example', true],
  ['shop.example', 'https://shop.example.evil.example', false],
  ['shop.example', 'https://notshop.example', false],
  ['shop.example', 'https://shop.example:8443', false],
  ['shop.example:8443', 'https://shop.example:8443', true],
  ['*.shop.example', 'https://a.b.shop.example', true],
  ['*.shop.example', 'https://shop.example', false],
  ['*.shop.example', 'https://notshop.example', false],
  ['localhost:5173', 'http://localhost:5173', true],
  ['shop.example', 'null', false],
  ['shop.example', '', false],
])('%s lets %s in: %s', (pattern, origin, isAllowed) => {
  expect(isOriginAllowed([pattern], origin)).toBe(isAllowed)
})

test('without a pattern everybody is let in, and a client that is no browser always', () => {
  expect(isOriginAllowed([], 'https://any.example')).toBe(true)
  expect(isOriginAllowed(['shop.example'], undefined)).toBe(true)
})

test.each(['https://', '*', 'shop.*', 'https://shop.example/path', 'ftp://shop.example', '', 'a b', 'shop..example'])(
  '%j is no origin',
  text => expect(isOriginPattern(text)).toBe(false),
)
