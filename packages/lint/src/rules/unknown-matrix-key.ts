import { didYouMean } from '@gantry/core/words'
import { defineRule } from '../rule.ts'
import { homeOf } from '../tree/lint-file.ts'
import { matrixKeys } from '../tree/matrix-keys.ts'
import { optionalReferences, referencesIn } from '../tree/references.ts'

export const unknownMatrixKey = defineRule({
  id: 'unknown-matrix-key',
  area: 'correctness',
  severity: 'error',
  summary: '`matrix.x` where the matrix of the job has no `x`.',
  why: 'It is empty and nobody says so: every leg does the same, or the wrong thing.',
  fix: 'Use a key of the matrix, or add it.',
  bad: [
    `
jobs:
  test:
    runs-on: \${{ matrix.os }}
    strategy:
      matrix:
        os: [ubuntu-latest, macos-latest]
        node: [22, 24]
    steps:
      - run: echo "\${{ matrix.node-version }}" # ✗`,
  ],
  good: [
    `
jobs:
  test:
    runs-on: \${{ matrix.os }}
    strategy:
      matrix:
        os: [ubuntu-latest, macos-latest]
        include:
          - { os: windows-latest, shell: pwsh }
    steps:
      - run: echo "\${{ matrix.shell }} \${{ matrix.arch || 'x64' }}"`,
    `
jobs:
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix: \${{ fromJSON(vars.MATRIX) }}
    steps:
      - run: echo "\${{ matrix.anything }}"`,
  ],
  check: file =>
    file.expressions.flatMap(expression => {
      const { job } = homeOf(file, expression)
      const keys = job && matrixKeys(job)
      const optional = optionalReferences(expression.tree).map(([, key]) => key)
      return referencesIn(expression.tree).flatMap(([context, key]) => {
        if (context !== 'matrix' || key === undefined || key === '*' || keys === undefined || keys.has(key)) return []
        if (optional.includes(key)) return []
        const known = [...keys]
        const message = `expected a key of the matrix (${known.join(', ') || 'the job has none'}), got matrix.${key}${didYouMean(key, known)}`
        return [{ at: expression, message }]
      })
    }),
})
