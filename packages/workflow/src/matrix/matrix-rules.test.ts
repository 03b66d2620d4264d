import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateTree } from '../expression/evaluate-tree.ts'
import { expandMatrix, type Leg } from './expand-matrix.ts'

/** Few keys and few values, so that rules meet legs. */
const value = fc.constantFrom<string | number | boolean>('x', 'y', 1, 2, true)
const vectors = fc.dictionary(fc.constantFrom('os', 'v', 'w'), fc.uniqueArray(value, { minLength: 1, maxLength: 3 }))
const rule = fc.dictionary(fc.constantFrom('os', 'v', 'extra', 'more'), value, { minKeys: 1 })
const rules = fc.array(rule, { maxLength: 4 })

/**
 * What the documentation says of include, word by word: "the key:value pairs in the object will be added to each of the
 * matrix combinations if none of the key:value pairs overwrite any of the original matrix values. If it cannot be added
 * to any of the matrix combinations, a new matrix combination will be created instead. Original values will not be
 * overwritten, but added ones can be."
 */
function oracle(vectorsOf: Record<string, unknown[]>, include: Leg[], exclude: Leg[]): Leg[] {
  const keys = Object.keys(vectorsOf)
  const count = keys.length === 0 ? 0 : keys.reduce((product, key) => product * (vectorsOf[key]?.length ?? 0), 1)
  const originals: Leg[] = []
  for (let n = 0; n < count; n++) {
    // The n-th combination, the last key fastest: digits of a number whose places have different bases.
    const leg: Leg = {}
    let left = n
    for (const key of keys.toReversed()) {
      const list = vectorsOf[key] ?? []
      leg[key] = list[left % list.length]
      left = Math.floor(left / list.length)
    }
    if (!exclude.some(each => Object.keys(each).every(key => key in leg && leg[key] === each[key]))) originals.push(leg)
  }
  const added: Leg[] = originals.map(() => ({}))
  const own: Leg[] = []
  for (const each of include) {
    let fits = false
    for (const [i, original] of originals.entries()) {
      if (Object.keys(each).some(key => key in original && original[key] !== each[key])) continue
      fits = true
      for (const key of Object.keys(each)) if (!(key in original) && added[i]) added[i][key] = each[key]
    }
    if (!fits) own.push(each)
  }
  return [...originals.map((leg, i) => ({ ...leg, ...added[i] })), ...own]
}

describe('a matrix is what the documentation says (property)', () => {
  test('of vectors, then exclude, then include', () => {
    fc.assert(
      fc.property(vectors, rules, rules, (own, include, exclude) => {
        const expected = oracle(own, include, exclude)
        if (expected.length === 0) expect(() => expandMatrix({ ...own, include, exclude })).toThrow('at least one')
        else expect(expandMatrix({ ...own, include, exclude })).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  test('the same when it comes from fromJSON', () => {
    fc.assert(
      fc.property(vectors, rules, (own, include) => {
        if (oracle(own, include, []).length === 0) return
        const text = JSON.stringify({ ...own, include })
        const scope = { contexts: { github: { event: { matrix: text } } } }
        const evaluated = evaluateTree('${{ fromJSON(github.event.matrix) }}', scope)
        expect(expandMatrix(evaluated)).toEqual(expandMatrix({ ...own, include }))
      }),
    )
  })
})
