import { didYouMean } from '@gantry/core/words'
import { type Field, fieldsOf, itemsOf, textOf, type Value, valueAt } from '@gantry/workflow'
import { defineRule, type Found } from '../rule.ts'

export const unknownExclude = defineRule({
  id: 'unknown-exclude',
  area: 'correctness',
  severity: 'error',
  summary: 'An `exclude` of a matrix that fits none of its legs.',
  why: 'Nothing is left out: GitHub refuses a key the matrix does not have, and passes over a value it does not have.',
  fix: 'Write a key and a value that the matrix has, or delete the entry.',
  bad: [
    `
jobs:
  test:
    runs-on: \${{ matrix.os }}
    strategy:
      matrix:
        os: [ubuntu-latest, macos-latest]
        node: [22, 24]
        exclude:
          - os: windows-latest # ✗
            node: 22
          - nod: 22 # ✗
    steps: [{ run: pnpm test }]`,
  ],
  good: [
    `
jobs:
  test:
    runs-on: \${{ matrix.os }}
    strategy:
      matrix:
        os: [ubuntu-latest, macos-latest]
        node: [22, "\${{ vars.NODE }}"]
        set: [{ a: 1, b: 2 }]
        exclude:
          - { os: macos-latest, node: 20 }
          - { set: { a: 1 } }
    steps: [{ run: pnpm test }]
  other:
    runs-on: ubuntu-latest
    strategy: { matrix: { node: "\${{ fromJSON(vars.NODES) }}", exclude: [{ node: 1 }] } }
    steps: [{ run: pnpm test }]`,
  ],
  check: file =>
    file.jobs.flatMap(({ value }) => {
      const matrix = valueAt(value, 'strategy', 'matrix')
      const vectors = fieldsOf(matrix).filter(({ key }) => key !== 'include' && key !== 'exclude')
      if (vectors.length === 0) return []
      return itemsOf(valueAt(matrix, 'exclude'))
        .flatMap(fieldsOf)
        .flatMap(entry => faultOf(entry, vectors))
    }),
})

function faultOf({ key, at, value }: Field, vectors: readonly Field[]): Found[] {
  const vector = vectors.find(each => each.key === key)
  const keys = vectors.map(each => each.key)
  if (vector === undefined) {
    if (key.includes('${{')) return []
    return [{ at, message: `expected a key of the matrix (${keys.join(', ')}), got "${key}"${didYouMean(key, keys)}` }]
  }
  const values = itemsOf(vector.value)
  if (value.kind !== 'scalar' || textOf(value).includes('${{') || values.some(isOpen)) return []
  const known = values.map(textOf)
  if (known.includes(textOf(value))) return []
  const found = `expected a value of matrix.${key} (${known.join(', ')}), got "${textOf(value)}"`
  return [{ at: value, message: `${found}${didYouMean(textOf(value), known)}` }]
}

/** An expression or a mapping: what it holds is not to be told from here. */
const isOpen = (value: Value): boolean => value.kind !== 'scalar' || textOf(value).includes('${{')
