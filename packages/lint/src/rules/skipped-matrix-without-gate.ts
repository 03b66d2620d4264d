import { valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { gateOf, reaches } from '../tree/branch-protection.ts'
import { hasEvent, type LintFile, type LintJob } from '../tree/lint-file.ts'
import { referencesIn } from '../tree/references.ts'

export const skippedMatrixWithoutGate = defineRule({
  id: 'skipped-matrix-without-gate',
  area: 'pnpm',
  severity: 'note',
  summary: 'A matrix that another job may skip, and no gate job that stands for it.',
  why: 'A skipped matrix reports none of its names, so a required check of one of its legs waits for ever.',
  fix: 'Add a job with `if: always()` that needs it and judges `needs.*.result`; require that one.',
  bad: [
    `
on: pull_request
jobs:
  changes:
    runs-on: ubuntu-latest
    outputs: { web: 'true' }
    steps: [{ run: echo changes }]
  test: # ✗
    needs: changes
    if: needs.changes.outputs.web == 'true'
    strategy: { matrix: { shard: [1, 2] } }
    runs-on: ubuntu-latest
    steps: [{ run: pnpm test }]`,
  ],
  good: [
    `
on: pull_request
jobs:
  changes:
    runs-on: ubuntu-latest
    outputs: { web: 'true' }
    steps: [{ run: echo changes }]
  test:
    needs: changes
    if: needs.changes.outputs.web == 'true'
    strategy: { matrix: { shard: [1, 2] } }
    runs-on: ubuntu-latest
    steps: [{ run: pnpm test }]
  gate:
    needs: [test]
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: 'exit 1', if: "contains(needs.*.result, 'failure')" }]`,
  ],
  check: file => {
    const gate = gateOf(file)
    const covered = gate ? reaches(file, gate) : new Set<string>()
    return hasEvent(file, 'pull_request', 'merge_group')
      ? file.jobs
          .filter(
            job => valueAt(job.value, 'strategy', 'matrix') && isSkippedByOther(file, job) && !covered.has(job.key),
          )
          .map(({ key, at }) => ({ at, message: `expected a gate job that needs ${key}, got none` }))
      : []
  },
})

/** Its condition asks for what another job put out. */
const isSkippedByOther = (file: LintFile, { key }: LintJob): boolean =>
  file.expressions.some(
    ({ path, tree }) =>
      path.join('/') === `jobs/${key}/if` &&
      referencesIn(tree).some(([context, , field]) => context === 'needs' && field === 'outputs'),
  )
