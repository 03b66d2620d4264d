import { describe, expect, test } from 'vitest'
import { emptyForm, formOf, refused, typed } from './form-state.ts'

describe('the address', () => {
  test('follows the name until somebody writes one, and again once it is cleared', () => {
    const named = typed(emptyForm, 'name', 'My Bakery')
    expect(named.values.slug).toBe('my-bakery')
    const chosen = typed(named, 'slug', 'bread')
    expect(typed(chosen, 'name', 'Other').values.slug).toBe('bread')
    expect(typed(typed(chosen, 'slug', ''), 'name', 'Other').values.slug).toBe('other')
  })

  test('of a site that exists never follows', () => {
    const site = { slug: 'bakery', name: 'Bakery', title: 'T', body: 'B', createdAt: '', published: null }
    expect(typed(formOf(site), 'name', 'Renamed').values.slug).toBe('bakery')
  })
})

describe('a refusal', () => {
  test('puts each problem at its field, where writing takes it away', () => {
    const problems = [
      { field: 'title', message: 'Write a title.' },
      { field: 'body', message: 'Write a body.' },
    ] as const
    const form = refused(emptyForm, { code: 'invalid', message: 'Look again.', problems: [...problems] })
    expect(form).toMatchObject({ problems: { title: 'Write a title.', body: 'Write a body.' }, message: '' })
    expect(typed(form, 'title', 'x').problems).toEqual({ body: 'Write a body.' })
  })

  test('of a taken address belongs to the address', () => {
    expect(refused(emptyForm, { code: 'slug_taken', message: 'Taken.', problems: [] })).toMatchObject({
      problems: { slug: 'Taken.' },
      message: '',
    })
  })

  test('that names no field is said once, for the whole form', () => {
    expect(refused(emptyForm, { code: 'unreachable', message: 'Try again.', problems: [] }).message).toBe('Try again.')
  })
})
