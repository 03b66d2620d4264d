import { didYouMean } from '@gantry/core/words'
import { defineRule } from '../rule.ts'
import type { LintExpression } from '../tree/expressions.ts'
import { homeOf, type LintFile, type LintStep, stepsBefore } from '../tree/lint-file.ts'
import { referencesIn } from '../tree/references.ts'

export const unknownStep = defineRule({
  id: 'unknown-step',
  area: 'correctness',
  severity: 'error',
  summary: '`steps.x` where no step before has the id `x`.',
  why: 'It is empty and nobody says so: a condition never holds, a version is published as nothing.',
  fix: 'Give the step that `id`, or use the id it has; a step sees only those before it.',
  bad: [
    `
- id: version
  run: echo "value=1" >> "$GITHUB_OUTPUT"
- run: echo "\${{ steps.versions.outputs.value }}" # ✗
- if: steps.later.outcome == 'failure' # ✗
  run: echo failed
- id: later
  run: pnpm test`,
    `
jobs:
  build:
    runs-on: ubuntu-latest
    outputs:
      version: \${{ steps.version.outputs.value }} # ✗
    steps: [{ run: pnpm build }]`,
    `
- parallel:
    - id: one
      run: pnpm build
    - id: two
      run: echo "\${{ steps.one.outcome }}" # ✗`,
  ],
  good: [
    `
- parallel:
    - id: one
      run: pnpm build
    - id: two
      run: pnpm test
- if: steps.one.outcome == 'success' && steps.two.outcome == 'success'
  run: ./deploy.sh`,
    `
- id: Version
  run: echo "value=1" >> "$GITHUB_OUTPUT"
- run: echo "\${{ steps.version.outputs.value }} \${{ toJSON(steps) }}"`,
    `
outputs:
  version:
    value: \${{ steps.version.outputs.value }}
name: x
description: x
runs:
  using: composite
  steps:
    - id: version
      shell: bash
      run: echo "value=1" >> "$GITHUB_OUTPUT"`,
  ],
  check: file =>
    file.expressions.flatMap(expression => {
      const seen = stepsSeen(file, expression)
      return referencesIn(expression.tree).flatMap(([context, id]) => {
        if (context !== 'steps' || id === undefined || id === '*' || seen === undefined) return []
        const ids = seen.map(step => step.id).filter(known => known !== '')
        if (ids.some(known => known.toLowerCase() === id || known.includes('${{'))) return []
        return [{ at: expression, message: `expected the id of a step before, got steps.${id}${didYouMean(id, ids)}` }]
      })
    }),
})

/** A step sees those before it; outputs of a job or an action, and the address of an environment, see all. */
function stepsSeen(file: LintFile, expression: LintExpression): LintStep[] | undefined {
  const { job, step } = homeOf(file, expression)
  if (step !== undefined) return stepsBefore(step)
  return job?.steps ?? (file.kind === 'action' ? file.steps : undefined)
}
