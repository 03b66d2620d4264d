import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expandMatrix, legName } from './expand-matrix.ts'

describe('expanding a matrix', () => {
  test('multiplies the vectors, the first one slowest', () => {
    expect(expandMatrix({ os: ['l', 'm'], node: [22, 24] })).toEqual([
      { os: 'l', node: 22 },
      { os: 'l', node: 24 },
      { os: 'm', node: 22 },
      { os: 'm', node: 24 },
    ])
  })

  test("follows the example of GitHub's documentation for include", () => {
    const include = [
      { color: 'green' },
      { color: 'pink', animal: 'cat' },
      { fruit: 'apple', shape: 'circle' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ]
    expect(expandMatrix({ fruit: ['apple', 'pear'], animal: ['cat', 'dog'], include })).toEqual([
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ])
  })

  test('makes a leg of every include when there are no vectors', () => {
    expect(expandMatrix({ include: [{ a: 1 }, { a: 2 }] })).toEqual([{ a: 1 }, { a: 2 }])
  })

  test('takes out what exclude names, by some of its fields', () => {
    const matrix = {
      os: ['l', 'm'],
      v: [{ n: 1, x: 1 }, { n: 2 }],
      exclude: [
        { os: 'l', v: { n: 1 } },
        { os: 'm', v: { n: 2 } },
      ],
    }
    expect(expandMatrix(matrix)).toEqual([
      { os: 'l', v: { n: 2 } },
      { os: 'm', v: { n: 1, x: 1 } },
    ])
    expect(expandMatrix({ v: [[1], [2]], exclude: [{ v: [1] }] })).toEqual([{ v: [2] }])
  })

  test.each([
    [5, 'to be a mapping'],
    [{ a: 5 }, 'matrix.a to be a list'],
    [{ a: [] }, 'at least one value'],
    [{ include: 'x' }, 'matrix.include to be a list of mappings'],
    [{ a: [1], exclude: [{ a: 1 }] }, 'at least one combination'],
    [{}, 'at least one combination'],
    [{ a: Array.from({ length: 257 }, (_, i) => i) }, 'at most 256 jobs, got 257'],
    [
      { a: Array.from({ length: 90 }, (_, i) => i), b: Array.from({ length: 90 }, (_, i) => i) },
      'at most 256 jobs, got more',
    ],
  ])('refuses %j', (matrix, message) => {
    expect(() => expandMatrix(matrix)).toThrow(message)
  })

  test('names legs by their values', () => {
    expect(legName('test', { part: 'front-end', on: { os: 'l', v: [1, 2] }, none: null })).toBe(
      'test (front-end, l, 1, 2)',
    )
  })

  const vectors = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
    { minKeys: 1 },
  )

  test('has as many legs as the product, all different (property)', () => {
    fc.assert(
      fc.property(vectors, matrix => {
        const legs = expandMatrix(matrix)
        expect(legs).toHaveLength(Object.values(matrix).reduce((product, values) => product * values.length, 1))
        expect(new Set(legs.map(leg => JSON.stringify(leg))).size).toBe(legs.length)
      }),
    )
  })

  test('include never loses or contradicts a leg, exclude only removes what it names (property)', () => {
    const rule = fc.dictionary(fc.constantFrom('a', 'b', 'z'), fc.integer({ min: 0, max: 4 }), { minKeys: 1 })
    fc.assert(
      fc.property(vectors, fc.array(rule, { maxLength: 4 }), (matrix, rules) => {
        const plain = expandMatrix(matrix)
        const included = expandMatrix({ ...matrix, include: rules })
        plain.forEach((leg, i) => {
          expect(included[i]).toMatchObject(leg)
        })
        const isNamed = (leg: Record<string, unknown>): boolean =>
          rules.some(each => Object.entries(each).every(([key, value]) => leg[key] === value))
        const kept = plain.filter(leg => !isNamed(leg))
        if (kept.length > 0) expect(expandMatrix({ ...matrix, exclude: rules })).toEqual(kept)
      }),
    )
  })
})
