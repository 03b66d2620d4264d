import { didYouMean } from '@gantry/core/words'
import { defineRule } from '../rule.ts'
import { homeOf, type LintStep } from '../tree/lint-file.ts'
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
      const asked = referencesIn(expression.tree).flatMap(([context, id]) =>
        context === 'steps' && id !== undefined && id !== '*' ? [id] : [],
      )
      if (asked.length === 0) return []
      const { job, step } = homeOf(file, expression)
      const steps = step?.siblings ?? job?.steps ?? (file.kind === 'action' ? file.steps : undefined)
      if (steps === undefined) return []
      const places = placesOf(steps)
      // A step sees those before it; outputs of a job or an action, and the address of an environment, see all.
      const end = step ? (step.parallelFrom ?? step.index) : steps.length
      if ((places.get('') ?? end) < end) return []
      return asked
        .filter(id => (places.get(id) ?? end) >= end)
        .map(id => {
          const ids = steps.slice(Math.max(0, end - NEARBY), end).flatMap(each => (each.id === '' ? [] : [each.id]))
          const message = `expected the id of a step before, got steps.${id}${didYouMean(id, ids)}`
          return { at: expression, message }
        })
    }),
})

/** What is misspelt is seldom far away, and a file may have thousands of steps. */
const NEARBY = 50

const known = new WeakMap<readonly LintStep[], ReadonlyMap<string, number>>()

/** Where each id stands first, in lower case; the empty one is where an expression makes an id that nobody knows. */
function placesOf(steps: readonly LintStep[]): ReadonlyMap<string, number> {
  const found = known.get(steps)
  if (found !== undefined) return found
  const places = new Map<string, number>()
  for (const { id, index } of steps) {
    const name = id.includes('${{') ? '' : id.toLowerCase()
    if (id !== '' && !places.has(name)) places.set(name, index)
  }
  known.set(steps, places)
  return places
}
