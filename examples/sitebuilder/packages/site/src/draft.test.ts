import { describe, expect, test } from '@jest/globals'
import { LIMITS, parseDraft } from './draft.ts'

const good = { slug: 'bakery', name: 'Bakery', title: 'Fresh bread', body: 'Every day from seven.' }

describe('parseDraft', () => {
  test('keeps what is good, without its outer spaces and unknown fields', () => {
    expect(parseDraft({ ...good, name: '  Bakery ', admin: true })).toEqual({ draft: good })
  })

  test('reports every problem at once, each with its field', () => {
    const parsed = parseDraft({ slug: 'No Good', name: '', title: 'x'.repeat(LIMITS.title + 1), body: 7 })
    expect(parsed).toMatchObject({
      problems: [{ field: 'slug' }, { field: 'name' }, { field: 'title' }, { field: 'body' }],
    })
  })

  test.each([null, undefined, 'text', 7, []])('refuses %j without throwing', input => {
    expect(parseDraft(input)).toHaveProperty('problems')
  })

  test('is not fooled by names on the prototype', () => {
    expect(parseDraft({ ...good, slug: 'constructor', name: { toString: () => 'x' } })).toMatchObject({
      problems: [{ field: 'name' }],
    })
  })
})
