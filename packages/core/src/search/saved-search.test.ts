import { expect, test } from 'vitest'
import { mayChangeSearch, maySeeSearch, type SavedSearch, SearchName, searchKey, searchNamed } from './saved-search.ts'

test.each([
  ['  Slow \t checkout ', 'Slow checkout'],
  ['🔥', '🔥'],
  ['../../etc/passwd', '../../etc/passwd'],
  ['e\u0301', 'é'],
])('%j is a name', (typed, name) => {
  expect(SearchName.parse(typed)).toBe(name)
})

test.each([
  ['', 'needs a name'],
  [' \n ', 'needs a name'],
  ['\u200b\u2060', 'something that can be seen'],
  ['a\u202eb', 'control characters'],
  ['a\u0000b', 'control characters'],
  ['x'.repeat(81), '80 characters'],
])('%j is none', (typed, why) => {
  expect(SearchName.safeParse(typed).error?.issues[0]?.message).toContain(why)
})

test('names that look the same are the same', () => {
  for (const name of ['slow checkout', 'SLOW  Checkout', 'slow\u200b checkout', 'ｓｌｏｗ checkout'])
    expect(searchKey(name)).toBe('slow checkout')
  expect(searchKey('slow-checkout')).not.toBe('slow checkout')
})

test('one’s own are changed by oneself alone, shared ones by developers', () => {
  const [own, shared] = [{ ownerId: 'mira' }, { ownerId: null }]
  expect([maySeeSearch(own, 'mira'), maySeeSearch(own, 'bo'), maySeeSearch(own, null)]).toEqual([true, false, false])
  expect(maySeeSearch(shared, null)).toBe(true)
  expect(mayChangeSearch(own, { id: 'mira', role: 'viewer' })).toBe(true)
  expect(mayChangeSearch(own, { id: 'bo', role: 'owner' })).toBe(false)
  expect(mayChangeSearch(shared, { id: 'mira', role: 'viewer' })).toBe(false)
  expect(mayChangeSearch(shared, { id: 'bo', role: 'developer' })).toBe(true)
})

test('a name means one’s own before the shared one, and one of that kind', () => {
  const search = (kind: string, name: string, isShared: boolean) => ({ kind, name, isShared }) as SavedSearch
  const shared = search('logs', 'Slow', true)
  const own = search('logs', 'slow', false)
  expect(searchNamed([shared, own], 'logs', ' SLOW')).toBe(own)
  expect(searchNamed([shared], 'logs', 'slow')).toBe(shared)
  expect(searchNamed([shared], 'issues', 'slow')).toBeNull()
})
