import { didYouMean } from '@gantry/core/words'
import { fieldsOf, valueAt } from '@gantry/workflow'
import { defineRule, type Found } from '../rule.ts'
import type { LintExpression } from '../tree/expressions.ts'
import { homeOf, type LintFile } from '../tree/lint-file.ts'
import { type Reference, referencesIn } from '../tree/references.ts'

export const unknownNeed = defineRule({
  id: 'unknown-need',
  area: 'correctness',
  severity: 'error',
  summary: '`needs.x` of a job that is not in `needs`, or an output that job does not have.',
  why: 'It is empty and nobody says so: the condition that asks for it never holds.',
  fix: 'Add the job to `needs`, or the output to the job.',
  bad: [
    `
jobs:
  changes:
    runs-on: ubuntu-latest
    outputs: { web: 'true' }
    steps: [{ run: echo changes }]
  build:
    runs-on: ubuntu-latest
    if: needs.changes.outputs.web == 'true' # ✗
    steps: [{ run: pnpm build }]
  test:
    needs: changes
    if: needs.changes.outputs.wbe == 'true' # ✗
    runs-on: ubuntu-latest
    steps: [{ run: pnpm test }]`,
  ],
  good: [
    `
jobs:
  changes:
    runs-on: ubuntu-latest
    outputs: { web: 'true' }
    steps: [{ run: echo changes }]
  build:
    needs: [changes]
    runs-on: ubuntu-latest
    if: needs.changes.outputs.web == 'true' && needs.changes.result == 'success'
    steps: [{ run: "echo '\${{ toJSON(needs.*.result) }}'" }]`,
  ],
  check: file =>
    file.expressions.flatMap(expression =>
      referencesIn(expression.tree).flatMap(reference => faultOf(file, expression, reference)),
    ),
})

function faultOf(file: LintFile, expression: LintExpression, [context, key, field, output]: Reference): Found[] {
  const { job } = homeOf(file, expression)
  if (context !== 'needs' || key === undefined || key === '*' || job === undefined) return []
  const known = job.needs.map(need => need.key)
  if (!known.some(need => need.toLowerCase() === key)) {
    const message = `expected a job that ${job.key} needs (${known.join(', ') || 'none'}), got needs.${key}${didYouMean(key, known)}`
    return [{ at: expression, message }]
  }
  const needed = file.jobs.find(other => other.key.toLowerCase() === key)
  if (field !== 'outputs' || output === undefined || output === '*' || needed === undefined || needed.uses) return []
  const outputs = valueAt(needed.value, 'outputs')
  if (outputs !== undefined && outputs.kind !== 'map') return []
  const names = fieldsOf(outputs).map(each => each.key)
  if (names.some(name => name.toLowerCase() === output)) return []
  const message = `expected an output of job ${needed.key} (${names.join(', ') || 'it has none'}), got ${output}${didYouMean(output, names)}`
  return [{ at: expression, message }]
}
