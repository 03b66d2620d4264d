import { describe, expect, test } from '@jest/globals'
import { isSlug, RESERVED_SLUGS, SLUG_MAX, toSlug } from './slug.ts'

describe('toSlug', () => {
  test.each([
    ['My first site', 'my-first-site'],
    ['  spaced   out  ', 'spaced-out'],
    ['Café & Crème', 'cafe-and-creme'],
    ['Straße 7', 'strasse-7'],
    ['--already--dashed--', 'already-dashed'],
    ['日本', ''],
  ])('turns %j into %j', (name, slug) => {
    expect(toSlug(name)).toBe(slug)
  })

  test('never ends in a dash, even when the limit cuts a name at one', () => {
    const name = `${'a'.repeat(SLUG_MAX - 1)} tail`
    expect(toSlug(name)).toBe('a'.repeat(SLUG_MAX - 1))
  })

  test('is its own fixed point: a slug suggests itself', () => {
    for (const name of ['Hello, World!', 'x'.repeat(200), 'a - b - c', 'Zoë’s 2nd site']) {
      const slug = toSlug(name)
      expect(toSlug(slug)).toBe(slug)
      expect(isSlug(slug)).toBe(true)
    }
  })
})

describe('isSlug', () => {
  test.each(['', '-a', 'a-', 'a--b', 'A', 'a b', 'a/b', '../etc', 'é', 'a'.repeat(SLUG_MAX + 1)])(
    'refuses %j',
    text => {
      expect(isSlug(text)).toBe(false)
    },
  )

  test('refuses every word the product keeps for itself', () => {
    expect(RESERVED_SLUGS.filter(isSlug)).toEqual([])
  })
})
