import { expect, test } from 'vitest'
import { keySheet, places } from './places.ts'

test('no two screens share a letter, a name or an address', () => {
  for (const of of ['key', 'name', 'to'] as const) {
    expect(new Set(places.map(place => place[of])).size).toBe(places.length)
  }
})

test('every letter after g is one that can be typed without a second key', () => {
  for (const { key } of places) expect(key).toMatch(/^[a-z]$/)
})

test('the sheet tells the letter of every screen, and no key twice in one place', () => {
  const screens = places.map(({ key, name }) => [`g ${key}`, name])
  expect(keySheet().find(({ where }) => where === 'Go')?.keys).toEqual([...screens, ['g p', 'Another project']])
  expect(places.map(({ key }): string => key)).not.toContain('p')
  for (const { keys } of keySheet()) expect(new Set(keys.map(([key]) => key)).size).toBe(keys.length)
})
